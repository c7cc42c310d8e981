# One service: its logs, its end, its return; sourced by docker.sh. bash 3.2 (macOS) has to do.

# SERVICE= as compose knows it: `gateway` is the only one there is. Empty for none.
service_name() {
    if [ "${SERVICE:-}" = gateway ]; then compose ps --all --services | grep '^gateway-'; else printf '%s' "${SERVICE:-}"; fi
}

# The last lines of a service as it wrote them, or of all with their names.
logs() {
    local container
    [ -n "$1" ] || { compose logs --tail 50 ${FOLLOW:+--follow}; return; }
    for container in $(compose ps --all --quiet "$1"); do docker logs --tail 50 ${FOLLOW:+--follow} "$container" & done
    wait
}

# start, stop or kill of SERVICE.
service_verb() {
    local service known
    known=$(echo $(compose ps --all --services))
    [ -n "$known" ] || die 'nothing is up: make up'
    service=$(service_name)
    case " $known " in *" ${service:-none} "*) ;; *) die "SERVICE must be one of $known" ;; esac
    case $1 in
        stop) compose stop "$service" >/dev/null 2>&1 && echo "$service is stopped" ;;
        start) compose start "$service" >/dev/null 2>&1 && until_healthy "$service" && echo "$service is started and healthy" ;;
        kill) kill_process "$service" "${SIGNAL:-KILL}" ;;
    esac
}

# until_healthy SERVICE: asks as the engine does, but at once and again, not every few seconds.
until_healthy() {
    local container check deadline=$((SECONDS + 60))
    for container in $(compose ps --all --quiet "$1"); do
        check=$(docker inspect --format '{{join (slice .Config.Healthcheck.Test 1) " "}}' "$container")
        until docker exec "$container" $check >/dev/null 2>&1; do
            [ $SECONDS -lt $deadline ] || { say "$1 does not become healthy: make logs SERVICE=$1"; return 1; }
            sleep 0.1
        done
    done
}

# kill_process SERVICE SIGNAL: the process inside the first of its containers, not the container: `docker kill` would turn the restart policy off.
# Times are the engine's own.
kill_process() {
    local container before now deadline=$((SECONDS + 30))
    container=$(compose ps --quiet "$1" | head -n 1)
    before=$(started_at "$container")
    docker exec "$container" sh -c "kill -s $2 -- -1" || die "$1 has no shell to kill from"
    echo "$1 got SIG$2"
    until now=$(started_at "$container"); [ "$now" != "$before" ] && [ -n "$now" ]; do
        [ $SECONDS -lt $deadline ] || { echo "$1 did not come back by itself: was it a signal that it survives?"; return 1; }
        sleep 0.1
    done
    local times='{{.State.FinishedAt}} {{.State.StartedAt}}' clock='date -u +%Y-%m-%dT%H:%M:%S.%NZ'
    until_healthy "$1" && docker exec "$container" $clock | sed "s/^/$(docker inspect --format "$times" "$container") /" | awk -v service="$1" '
        function seconds(time) { split(substr(time, 12), part, /[:Z]/); return part[1] * 3600 + part[2] * 60 + part[3] }
        { printf "%s runs again after %.2f s\n%s is healthy after %.2f s\n", service, seconds($2) - seconds($1), service, seconds($3) - seconds($1) }'
}

# Empty while it does not run.
started_at() { docker inspect --format '{{if .State.Running}}{{.State.StartedAt}}{{end}}' "$1"; }
