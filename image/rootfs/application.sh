#!/bin/bash
# Inside the tools tree: application.sh ROOT WHEELS puts Poterne into a root: its code with the wheels it was tested with, its
# commands, its units, rspamd's settings, the console's fonts.
set -euo pipefail
# shellcheck source=image/lib.sh
source /src/image/lib.sh

HOME_OF_OURS=/usr/lib/poterne

# The checkout as it is worked on: what git knows or would add, no matter whether it is committed (the version says "dirty" then).
sources_of_ours() {
    # shellcheck disable=SC2016 # the inner shell fills them in
    git -C /src -c safe.directory=/src ls-files -z --cached --others --exclude-standard -- gateway tui pyproject.toml README.md LICENSE |
        (cd /src && xargs -0 sh -c 'for f; do [ ! -e "$f" ] || printf "%s\0" "$f"; done' _) |
        tar -C /src --null -T - -cf - | tar -C "$1" -xf -
}

ours() {
    local root=$1 wheels=$2 work
    work=$(mktemp -d)
    sources_of_ours "$work"
    python3 -m pip wheel -q --no-deps --no-index --no-build-isolation -w "$work/wheel" "$work" >/dev/null
    mkdir -p "$root$HOME_OF_OURS"
    python3 /src/image/rootfs/wheels.py "$root$HOME_OF_OURS" "$wheels"/*.whl "$work"/wheel/*.whl
    rm -rf "$work"
}

# Found by every Python on the box, also by `python3 -I -m gateway`, before Debian's packages and after the standard library (D23).
found() {
    echo "import sys; sys.path.insert(len(sys.path) - 1, '$HOME_OF_OURS')" >"$1/usr/lib/python3/dist-packages/poterne.pth"
}

# command PATH MODULE
command_of_ours() {
    printf '#!/usr/bin/python3 -I\nimport sys\n\nfrom %s import main\n\nsys.exit(main())\n' "$2" >"$1"
    chmod 755 "$1"
}

commands() {
    local root=$1
    command_of_ours "$root/usr/bin/poterne" gateway.__main__
    command_of_ours "$root$HOME_OF_OURS/shell" gateway.cli.shell
    grep -qx "$HOME_OF_OURS/shell" "$root/etc/shells" || echo "$HOME_OF_OURS/shell" >>"$root/etc/shells"
    mkdir -p "$root/usr/share/bash-completion/completions"
    PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$root$HOME_OF_OURS" python3 -m gateway completion bash >"$root/usr/share/bash-completion/completions/poterne"
}

units() {
    local root=$1 path name
    mkdir -p "$root"/usr/lib/{systemd/system,sysusers.d,tmpfiles.d}
    for path in /src/image/units/*; do
        name=$(basename "$path")
        case $name in
            README.md) ;;
            *.sysusers) cp "$path" "$root/usr/lib/sysusers.d/${name%.sysusers}.conf" ;;
            *.tmpfiles) cp "$path" "$root/usr/lib/tmpfiles.d/${name%.tmpfiles}.conf" ;;
            *) cp -r "$path" "$root/usr/lib/systemd/system/" ;;
        esac
    done
}

rspamd() {
    mkdir -p "$1/usr/share/poterne"
    cp -r /src/image/rspamd "$1/usr/share/poterne/rspamd"
    rm "$1/usr/share/poterne/rspamd/README.md"
}

fonts() {
    mkdir -p "$1/usr/share/consolefonts"
    PYTHONDONTWRITEBYTECODE=1 python3 /src/image/font/psf.py "$1/usr/share/consolefonts" >/dev/null
}

# olefile brings a module for Python 2 too, which nothing imports.
compile() {
    python3 -W ignore::SyntaxWarning -m compileall -q -j 2 -x '/olefile/olefile2\.py$' --invalidation-mode unchecked-hash -s "$1" -p / "$1$HOME_OF_OURS" || fail "a module of ours does not compile; its name stands above."
}

main() {
    local root=$1 wheels=$2
    ours "$root" "$wheels"
    found "$root"
    commands "$root"
    units "$root"
    rspamd "$root"
    fonts "$root"
    compile "$root"
}

main "$@"
