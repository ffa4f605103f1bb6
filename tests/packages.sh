#!/bin/bash
# Installs the Debian packages named as arguments, as root, for `tests/setup.sh`.
#
# No service is started or enabled, nothing is removed, and one such installation runs at a time.
# Exit code: 0 done, 3 the package lists cannot be fetched, 4 apt failed.
set -eu

LOCK=/run/lock/poterne-setup.lock
POLICY=/usr/sbin/policy-rc.d

# apt without questions; it waits for another apt, and never removes what the machine has.
apt_get() {
    DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-remove --no-install-recommends \
        -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold "$@"
}

# While packages are installed no service may start: they would take ports, and the office runs its own.
forbid_services() {
    [ -e "$POLICY" ] && return
    trap 'rm -f "$POLICY"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$POLICY"
    chmod 755 "$POLICY"
}

# Nor shall they start at the next boot, only because somebody tried the gateway.
leave_disabled() {
    local package unit units
    for package in "$@"; do
        case $package in
        redis-server | rspamd | postfix | slapd) units=$package.service ;;
        dovecot-core) units=dovecot.service ;;
        openssh-server) units='ssh.service ssh.socket' ;;
        # It brings freshclam, which would fetch signatures.
        clamav-daemon) units='clamav-daemon.service clamav-daemon.socket clamav-freshclam.service' ;;
        *) continue ;;
        esac
        for unit in $units; do
            systemctl disable "$unit" || deb-systemd-helper disable "$unit" || true
        done
    done
}

# A machine has one mail transport agent. Where it has another, that one stays and tests with Postfix are skipped.
install_postfix() {
    echo 'postfix postfix/main_mailer_type select No configuration' | debconf-set-selections || true
    apt_get install postfix || echo "Postfix is left out."
}

main() {
    local package rest=()
    forbid_services
    apt_get update || exit 3
    for package in "$@"; do
        [ "$package" = postfix ] || rest+=("$package")
    done
    [ "${#rest[@]}" = 0 ] || apt_get install "${rest[@]}" || exit 4
    [ "${#rest[@]}" = "$#" ] || install_postfix
    leave_disabled "$@"
}

exec 9>"$LOCK"
flock 9
main "$@"
