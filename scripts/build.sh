# Building with the preset `release` into build/. Sourced, after step.sh.

export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1

# build [TARGET…]: none named: all.
build() {
    step "building" ninja -C build "$@" || fail "the build failed"
}

# PAYMENTS_PAGES=off: without the pages, and so without Node.
case ${PAYMENTS_PAGES:-on} in
    on) pages=ON ;;
    off) pages=OFF ;;
    *) fail "PAYMENTS_PAGES is on or off" ;;
esac

# Whether the build folder has them, ON or OFF; OFF if there is none.
configured_pages() {
    if grep -qsx PAY_PAGES:BOOL=ON build/CMakeCache.txt; then echo ON; else echo OFF; fi
}

configure() {
    step "configuring" cmake --preset release "-DPAY_PAGES=$pages" "$@" ||
        fail "the build could not be configured"
}
