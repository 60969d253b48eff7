# What the project needs from Debian 12: the one list of packages. Sourced, after step.sh.

build_packages=(
    g++ cmake ninja-build ccache mold pkg-config
    libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev
    libsqlite3-dev libmariadb-dev librdkafka-dev libssl-dev libspdlog-dev libcli11-dev
    prometheus-cpp-dev libjwt-dev libjemalloc-dev
    ca-certificates curl  # the README's first lines are typed with it
)
demo_packages=(python3)
# ./run stack: real servers. -core: MariaDB without its system service.
stack_packages=(
    python3 mariadb-server-core mariadb-client-core openjdk-17-jre-headless maven nginx kcat
)
test_packages=(
    doctest-dev librapidcheck-dev python3
    valgrind              # counts the instructions of hot functions
    openssl               # certificates for a server of a test's own
    python3-venv docker-compose  # deploy/ is checked, without an engine
    chromium fonts-noto-cjk      # the pages are looked at
)
# What builds the pages, and drives an SDK in a test. Who has a Node of their own keeps it.
page_packages=()
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then page_packages=(nodejs npm); fi
test_packages+=("${page_packages[@]}")

as_root() {
    if ((EUID == 0)); then "$@"; else sudo -n "$@"; fi
}

apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends \
        -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold -o DPkg::Lock::Timeout=300 "$@"
}

# apt_install PACKAGE…: no system service is started or enabled; only nginx's package would.
apt_install() (
    policy=/usr/sbin/policy-rc.d
    ours="# by scripts/install.sh, for as long as it installs"
    was_there=$(dpkg-query -W -f '${db:Status-Status}' nginx 2>/dev/null || true)
    if [[ ! -e $policy ]] || grep -qxF "$ours" "$policy"; then
        trap 'as_root rm -f "$policy"' EXIT
        printf '#!/bin/sh\n%s\nexit 101\n' "$ours" | as_root tee "$policy" >/dev/null
        as_root chmod 755 "$policy"
    fi
    apt_get install "$@" || exit
    if [[ $was_there != installed && -e /etc/init.d/nginx ]]; then
        as_root update-rc.d nginx disable
    fi
)

# install PACKAGE…: those of them that are missing.
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
    step "installing ${#missing[@]} packages" apt_install "${missing[@]}" ||
        fail "apt-get could not install ${missing[*]}. Is Debian's archive within reach?"
}

# Bootpay's SDKs, which the sandbox is tested with: npm's into tests/sandbox_sdk/node_modules, pip's
# into build/sdk-python. Nothing is fetched that is there.
fetch_sdks() {
    step "fetching Bootpay's SDKs" /usr/bin/python3 tests/sandbox_sdk/run.py install ||
        fail "npm or pip could not fetch Bootpay's SDKs. Are their registries within reach?"
}

# fetch_node_packages FOLDER WHAT [ELSE]: into FOLDER/node_modules, if they are not there yet.
fetch_node_packages() {
    if [[ $1/node_modules/.package-lock.json -nt $1/package-lock.json ]]; then return; fi
    step "fetching $2" npm --prefix "$1" ci --ignore-scripts ||
        fail "npm could not fetch $2. Is its registry within reach?${3-}"
}

# Before the build, which would fetch them too but could not say what else can be done.
fetch_page_packages() {
    if [[ $pages == OFF ]]; then return; fi
    fetch_node_packages web "what the pages are built with" \
        " PAYMENTS_PAGES=off ./run does without pages."
}

fetch_page_tests() {
    fetch_node_packages tests/pages "what the pages are tested with"
}

# What strangers would have: the client's packages, the example's that stands on it, and the fuzzer.
fetch_strangers() {
    step "fetching what the client is made with" /usr/bin/python3 tests/examples/node_packages.py install ||
        fail "npm could not fetch what the client is made with. Is its registry within reach?"
    step "fetching the fuzzer" /usr/bin/python3 tests/fuzz/fuzz.py install ||
        fail "pip could not fetch Schemathesis. Is its registry within reach?"
}

# Kafka is no package of Debian's: its jars come from Maven Central into build/kafka.
fetch_kafka() {
    if cmp -s scripts/kafka/pom.xml build/kafka/pom.xml; then return; fi
    step "fetching Kafka" python3 scripts/servers/kafka.py fetch ||
        fail "Maven could not fetch Kafka. Is Maven Central within reach?"
}
