#!/bin/bash
# Inside the tools tree: wheels.sh ARCH FOLDER fills the folder with the wheels that requirements.txt pins, each checked
# against its hash, for the image's Python and the architecture. Packages that publish source only are built here; they must
# come out as plain Python, because nothing is compiled for a foreign machine.
set -euo pipefail
# shellcheck source=image/lib.sh
source /src/image/lib.sh

export SOURCE_DATE_EPOCH=1704067200 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore PIP_CERT=/etc/ssl/certs/ca-certificates.crt
export PIP_CACHE_DIR=/cache/pip

platforms() {
    local machine version
    case $1 in amd64) machine=x86_64 ;; arm64) machine=aarch64 ;; esac
    for version in manylinux2014 manylinux_2_17 manylinux_2_24 manylinux_2_26 manylinux_2_27 manylinux_2_28 manylinux_2_31 manylinux_2_34 manylinux_2_39; do
        printf -- '--platform\n%s_%s\n' "$version" "$machine"
    done
    printf -- '--platform\nany\n'
}

fetch() {
    local arch=$1 folder=$2 wanted
    mapfile -t wanted < <(platforms "$arch")
    python3 -m pip download -q --no-deps --no-build-isolation --prefer-binary --require-hashes -r /src/requirements.txt -d "$folder" \
        --implementation cp --python-version 3.13 --abi cp313 --abi abi3 --abi none "${wanted[@]}" ||
        fail "the Python packages of requirements.txt can't be fetched: mend the network (or PIP_INDEX_URL, https_proxy); pip's own words stand above."
}

build() {
    local source
    for source in "$1"/*.tar.gz; do
        [ -e "$source" ] || continue
        python3 -m pip wheel -q --use-pep517 --no-deps --no-index --no-build-isolation -w "$1" "$source"
        rm "$source"
    done
    find "$1" -name '*.whl' -exec basename {} \; | grep -v -e '-none-any\.whl$' -e 'manylinux' | sed 's/^/image: built for this machine only: /' >&2 || return 0
    return 1
}

main() {
    mkdir -p "$2"
    fetch "$1" "$2"
    build "$2"
}

main "$@"
