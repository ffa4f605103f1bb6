#!/bin/bash
# Makes this checkout ready to run and to test: Debian packages, then the virtual environment in .venv.
#
# Nothing that is there already is touched, no service is started or enabled, and a second run does
# nothing. Fails with one sentence that says what is missing. Several checkouts may do this at once.
set -eu
cd "$(dirname "$0")/.."

LOGS=.cache/setup
STAMP=.venv/.ready

say() { echo "setup: $*"; }

fail() {
    echo "setup: $*" >&2
    exit 1
}

# The directories of daemons are not in everybody's PATH.
has_program() { PATH="$PATH:/usr/sbin:/sbin" command -v "$1" >/dev/null 2>&1; }

has_library() { PATH="$PATH:/usr/sbin:/sbin" ldconfig -p 2>/dev/null | grep -q "$1"; }

# Prints the first Python from 3.11 to 3.13 that can make virtual environments.
find_python() {
    local candidate
    for candidate in python3 /usr/bin/python3 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
            >/dev/null 2>&1; then
            echo "$candidate"
            return
        fi
    done
}

libarchive_package() {
    # Debian 13 renamed it when time_t became 64 bits wide.
    if apt-cache show libarchive13t64 >/dev/null 2>&1; then echo libarchive13t64; else echo libarchive13; fi
}

# Prints the Debian packages that this machine lacks.
missing_packages() {
    [ -x .venv/bin/python ] || [ -n "$(find_python)" ] || echo python3-venv
    has_program rspamd || echo rspamd
    has_program redis-server || echo redis-server
    has_program dovecot || echo dovecot-core
    [ -x /usr/lib/dovecot/imap ] || echo dovecot-imapd
    [ -x /usr/lib/dovecot/lmtp ] || echo dovecot-lmtpd
    has_program swaks || echo swaks
    # swaks speaks TLS with it.
    perl -MNet::SSLeay -e 1 2>/dev/null || echo libnet-ssleay-perl
    has_program openssl || echo openssl
    has_program shellcheck || echo shellcheck
    # systemd-analyze looks at our units; nothing of it runs.
    has_program systemd-analyze || echo systemd
    has_program clamd || echo clamav-daemon
    has_library 'libarchive\.so\.13' || libarchive_package
    has_program slapd || echo slapd
    has_program faketime || echo faketime
    has_program sshd || echo openssh-server
    has_program postfix || echo postfix
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

can_install() {
    has_program apt-get && { [ "$(id -u)" = 0 ] || { has_program sudo && sudo -n true 2>/dev/null; }; }
}

install_packages() {
    local failure=0
    can_install || fail "please install these Debian packages, then try again: $*"
    say "installing Debian packages: $* (a minute or two; log in $LOGS/apt.log)"
    as_root bash tests/packages.sh "$@" >>"$LOGS/apt.log" 2>&1 </dev/null || failure=$?
    case $failure in
    0) ;;
    3) fail "the lists of Debian packages could not be fetched: is the network there? ($LOGS/apt.log says more)" ;;
    *) fail "apt could not install $*: is the network there? ($LOGS/apt.log says more)" ;;
    esac
    has_program postfix || say "without Postfix the tests that need it are skipped ($LOGS/apt.log says why it is not installed)"
}

fingerprint() { cat requirements.txt requirements-dev.txt pyproject.toml tests/setup.sh | sha256sum; }

pip_install() {
    .venv/bin/python -m pip --disable-pip-version-check --no-input --quiet "$@" >>"$LOGS/pip.log" 2>&1 ||
        fail "the Python packages could not be installed: is the network there? ($LOGS/pip.log says more)"
}

make_environment() {
    local python
    if [ ! -x .venv/bin/python ]; then
        python=$(find_python)
        [ -n "$python" ] || fail "please install Python 3.11, 3.12 or 3.13 with its venv module, then try again"
        say "making .venv with $("$python" --version)"
        "$python" -m venv .venv >>"$LOGS/pip.log" 2>&1 || fail "$python could not make .venv ($LOGS/pip.log says why)"
    fi
    say "installing Python packages, each with its hash checked (log in $LOGS/pip.log)"
    # The tools first: they come as wheels and bring setuptools, which builds the few that come as source.
    pip_install install --require-hashes -r requirements-dev.txt
    pip_install install --require-hashes --no-build-isolation --use-pep517 -r requirements.txt
    pip_install install --no-deps --no-build-isolation -e .
}

# The source archive of pyspf carries the test suite of RFC 7208; our tests read it there.
fetch_suites() {
    mkdir -p .cache/suites
    awk '/^pyspf==/ {on = 1} on {print; if (!/\\$/) exit}' requirements.txt >.cache/suites/pyspf.txt
    pip_install download --require-hashes --no-deps --no-binary pyspf --no-build-isolation \
        --dest .cache/suites -r .cache/suites/pyspf.txt
    tar -xzf .cache/suites/pyspf-*.tar.gz -C .cache/suites
}

is_ready() { [ "$(cat "$STAMP" 2>/dev/null)" = "$(fingerprint)" ]; }

main() {
    local packages
    mkdir -p "$LOGS"
    mapfile -t packages < <(missing_packages)
    # Postfix alone is no reason to ask for anything, nor to try twice: only some tests need it.
    if [ "${packages[*]}" = postfix ] && { is_ready || ! can_install; }; then packages=(); fi
    [ "${#packages[@]}" = 0 ] || install_packages "${packages[@]}"
    is_ready && return
    make_environment
    fetch_suites
    fingerprint >"$STAMP"
    say "ready in $SECONDS s"
}

main
