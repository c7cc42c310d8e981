# The page and what it drives; sourced by docker.sh. bash 3.2 (macOS) has to do.

# live [FRAGMENT]: until Ctrl-C, which takes everything down, or until somebody else does.
live() {
    local url container waiter
    LIVE_TOKEN=$(head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n')
    export LIVE_TOKEN
    prepare
    engine_socket
    bring_up
    # Behind `#`, as that is never sent.
    url="http://127.0.0.1:$LIVE_PORT/#token=$LIVE_TOKEN${1:-}"
    echo "$url"
    echo "$url" | compose/open.sh
    container=$(containers_of live)
    # It ends when it is killed, too, and is there again.
    while [ -z "${interrupted:-}" ] && docker inspect "$container" >/dev/null 2>&1; do
        { docker wait "$container" && sleep 1; } >/dev/null 2>&1 & waiter=$!
        wait $waiter
    done
    [ -n "${interrupted:-}" ] || return 0
    # Whoever is impatient must not be left with half of it.
    trap '' INT TERM HUP
    kill $waiter 2>/dev/null
    take_down
}
