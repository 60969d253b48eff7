# Building with the preset `release` into build/. Sourced, after step.sh.

export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1

# build [TARGET…]: none named: all.
build() {
    step "building" ninja -C build "$@" || fail "the build failed"
}

configure() {
    step "configuring" cmake --preset release "$@" || fail "the build could not be configured"
}
