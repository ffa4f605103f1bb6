# shellcheck shell=bash
# How the tools tree's apt and dpkg work on a root that is not their own. Sourced inside the tools tree.

# What no image needs; the licences (copyright files) stay.
LEFT_OUT=(path-exclude=/usr/share/{doc,man,info,locale,lintian,bug,help}/\* 'path-include=/usr/share/doc/*/copyright'
    path-exclude=/usr/bin/py3compile path-exclude=/usr/bin/py3clean)

# apt_options ARCH ROOT: into the array APT. ROOT may be a folder with nothing but an empty status file.
apt_options() {
    local arch=$1 root=$2 state=/cache/apt-$1 left
    mkdir -p "$state/lists/partial" "/cache/debs/$arch/partial"
    APT=(-y -qq -o "APT::Architecture=$arch" -o "APT::Architectures=$arch" -o APT::Install-Recommends=false -o APT::Sandbox::User=root
        -o Acquire::Languages=none -o Acquire::Retries=3 -o "Dir::State=$state" -o "Dir::State::lists=$state/lists" -o "Dir::State::status=$root/var/lib/dpkg/status"
        -o "Dir::Cache=$state" -o "Dir::Cache::archives=/cache/debs/$arch" -o "Dir::Etc::sourcelist=$state/sources.list"
        -o Dir::Etc::sourceparts=/dev/null -o Dir::Etc::preferencesparts=/dev/null -o Dir::Etc::trustedparts=/dev/null
        -o Acquire::ForceHash=SHA256 -o Dir::Log=/tmp -o DPkg::Use-Pty=0
        -o "DPkg::Options::=--root=$root" -o DPkg::Options::=--force-architecture -o DPkg::Options::=--force-depends
        -o DPkg::Options::=--force-unsafe-io -o DPkg::Options::=--force-confnew)
    for left in "${LEFT_OUT[@]}"; do APT+=(-o "DPkg::Options::=--$left"); done
}
