# What the project needs from Debian 12: the one list of packages. Sourced, after step.sh.

build_packages=(
    g++ cmake ninja-build ccache mold pkg-config
    libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev
    libsqlite3-dev libmariadb-dev librdkafka-dev libssl-dev libspdlog-dev libcli11-dev
    prometheus-cpp-dev libjwt-dev libjemalloc-dev
    ca-certificates curl  # the README's first lines are typed with it
)
demo_packages=(python3)
test_packages=(
    doctest-dev librapidcheck-dev python3
    python3-venv docker-compose  # deploy/ is checked, without an engine
)
command -v node >/dev/null || test_packages+=(nodejs npm)

apt_get() {
    local command=(
        env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends
        -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold -o DPkg::Lock::Timeout=300 "$@"
    )
    if ((EUID != 0)); then command=(sudo -n "${command[@]}"); fi
    "${command[@]}"
}

# install PACKAGE…: those of them that are missing. None of them brings a system service.
install() {
    local installed package missing=()
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true)
    for package in "$@"; do
        grep -qxF "installed $package" <<<"$installed" || missing+=("$package")
    done
    if ((${#missing[@]} == 0)); then return; fi

    if ((EUID != 0)) && ! sudo -n true 2>/dev/null; then
        fail "these packages are missing: ${missing[*]}. Run this as root or with sudo."
    fi
    echo "installing ${missing[*]}" >&2
    step "reading Debian's lists of packages" apt_get update ||
        echo "the lists could not be read; going on with those that are there" >&2
    step "installing ${#missing[@]} packages" apt_get install "${missing[@]}" ||
        fail "apt-get could not install ${missing[*]}. Is Debian's archive within reach?"
}
