# Steps that may take long, and how a script ends. Sourced by run and test.

fail() {
    printf '%s: %s\n' "${0##*/}" "$1" >&2
    exit 1
}

# step TITLE COMMAND…: runs it without a terminal, tells every ten seconds how far it is, and shows
# what it printed only if it fails. stdout stays free for what the caller has to say.
step() {
    local title=$1 start=$SECONDS shown=0 status=0 log pid
    shift
    log=$(mktemp)
    "$@" >"$log" 2>&1 </dev/null &
    pid=$!
    trap 'kill "$pid" 2>/dev/null; wait "$pid"; rm -f "$log"; exit 130' INT TERM HUP
    while kill -0 "$pid" 2>/dev/null; do
        sleep 0.2
        if ((SECONDS - start >= shown + 10)); then
            shown=$((SECONDS - start))
            printf '%s: %d s  %s\n' "$title" "$shown" "$(tail -n 1 "$log" | cut -c 1-90)" >&2
        fi
    done
    wait "$pid" || status=$?
    trap - INT TERM HUP
    if ((status != 0)); then
        tail -n 100 "$log" >&2
    elif ((SECONDS - start > 1)); then
        printf '%s: done in %d s\n' "$title" "$((SECONDS - start))" >&2
    fi
    rm -f "$log"
    return "$status"
}

# Compilers' caches and npm want a home they can write to.
if [[ ! -d ${HOME:-} || ! -w $HOME ]]; then
    export HOME=$PWD/build/home
    mkdir -p "$HOME"
fi
