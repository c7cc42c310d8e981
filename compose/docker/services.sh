# One service: its logs, its end, its return; sourced by docker.sh. bash 3.2 (macOS) has to do.

# Sets `service` to SERVICE as compose knows it: `gateway` is the only one there is.
find_service() {
    local known name
    known=$(services_there)
    [ -n "$known" ] || die 'nothing is up: make up'
    service=${SERVICE:-}
    if [ "$service" = gateway ]; then service=$(printf '%s\n' "$known" | grep '^gateway-'); fi
    for name in $known; do [ "$name" != "$service" ] || return 0; done
    die "SERVICE must be one of" $known
}

# The last lines of SERVICE as it wrote them, or of all with their names.
logs() {
    local service container
    [ -n "${SERVICE:-}" ] || { compose logs --tail 50 ${FOLLOW:+--follow}; return; }
    find_service
    for container in $(containers_of "$service" --all); do docker logs --tail 50 ${FOLLOW:+--follow} "$container" & done
    wait
}

# start, stop, pause, resume or kill of SERVICE.
service_verb() {
    local service
    find_service
    case $1 in
        stop) compose stop "$service" >/dev/null 2>&1 && echo "$service is stopped" ;;
        start) compose start "$service" >/dev/null 2>&1 && until_healthy "$service" && echo "$service is started and healthy" ;;
        pause) compose pause "$service" >/dev/null 2>&1 && echo "$service stands still" ;;
        resume) compose unpause "$service" >/dev/null 2>&1 && echo "$service goes on" ;;
        kill) kill_process "$service" "${SIGNAL:-KILL}" ;;
    esac
}

# until_healthy SERVICE: asks as the engine does, but at once and again, not every few seconds.
until_healthy() {
    local container check deadline=$((SECONDS + 60))
    for container in $(containers_of "$1" --all); do
        check=$(docker inspect --format '{{join (slice .Config.Healthcheck.Test 1) " "}}' "$container")
        until docker exec "$container" $check >/dev/null 2>&1; do
            [ $SECONDS -lt $deadline ] || { say "$1 does not become healthy: make logs SERVICE=$1"; return 1; }
            sleep 0.1
        done
    done
}

# ask_queue WORD...: what loadgen/src/queue/main.ts knows of the jobs.
ask_queue() {
    compose run --rm --no-deps -T --entrypoint node loadgen loadgen/dist/queue/main.js "$@" 2>.run/queue.log ||
        die "$(tail -n 1 .run/queue.log)"
}

# kill_process SERVICE SIGNAL: the process inside the first of its containers, not the container: `docker kill` would turn the restart policy off.
# Times are the engine's own.
kill_process() {
    local container before='' now held from=$SECONDS limit=30
    kill -l "$2" >/dev/null 2>&1 || die 'SIGNAL must be a signal such as KILL or TERM'
    container=$(containers_of "$1" | tail -n 1)
    [ -n "$container" ] && before=$(started_at "$container")
    [ -n "$before" ] || die "$1 does not run: make start SERVICE=$1"
    [ "$1" != rust-worker ] || held=$(ask_queue held)
    docker exec "$container" sh -c 'kill -s "$1" -- -1' kill "$2" || die "$1 has no shell to kill from"
    echo "$1 got SIG$2"
    until now=$(started_at "$container"); [ "$now" != "$before" ] && [ -n "$now" ]; do
        # It is away: an engine waits up to a minute before it starts one again that keeps dying.
        [ -n "$now" ] || limit=90
        [ $((SECONDS - from)) -lt $limit ] || { echo "$1 did not come back by itself: was it a signal that it survives?"; return 1; }
        sleep 0.1
    done
    local times='{{.State.FinishedAt}} {{.State.StartedAt}}' clock='date -u +%Y-%m-%dT%H:%M:%S.%NZ'
    until_healthy "$1" && docker exec "$container" $clock | sed "s/^/$(docker inspect --format "$times" "$container") /" | awk -v service="$1" '
        function seconds(time) { split(substr(time, 12), part, /[:Z]/); return part[1] * 3600 + part[2] * 60 + part[3] }
        function since(from, to) { return (seconds(to) - seconds(from) + 86400) % 86400 }
        { printf "%s runs again after %.2f s\n%s is healthy after %.2f s\n", service, since($1, $2), service, since($1, $3) }' || return
    [ "$1" != rust-worker ] || ask_queue again "$(docker inspect --format '{{.State.FinishedAt}}' "$container")" $held
}

# Empty while it does not run; an engine calls what it is about to start again running, too.
started_at() { docker inspect --format '{{if and .State.Running (not .State.Restarting)}}{{.State.StartedAt}}{{end}}' "$1"; }
