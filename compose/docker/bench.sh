# The generator in its container; sourced by docker.sh. bash 3.2 (macOS) has to do.

bench() {
    engine_events >.run/engine-events.jsonl &
    local watcher=$! code=0 url from
    from=$(date +%s)
    targets
    generate loadgen bench || code=$?
    kill "$watcher" 2>/dev/null
    # Milliseconds, as Grafana takes them.
    if url=$(grafana_url); then
        echo "dashboards of this run: $url/d/heavy-lifter-overview?from=${from}000&to=$(date +%s)000&var-mode=$MODE"
    fi
    return $code
}

# generate SERVICE WORD...: the generator as that service; what it writes is the caller's.
generate() {
    local folder=${RESULTS_DIR:-results} mount tty=-T service=$1
    shift
    # Wherever it is, and for reading only.
    local baseline=
    [ -z "${BASELINE:-}" ] || baseline=$(cd "$BASELINE" && pwd)
    # compose has no other way to write it: the colon ends a path.
    case $PWD/$folder$baseline in *:*) die "a folder of results must not have a colon in its path: $folder $baseline" ;; esac
    mkdir -p -- "$folder"
    case $folder in /*) mount="$folder:$folder:z" ;; *) mount="$PWD/$folder:/app/$folder:z" ;; esac
    # A line that rewrites itself only where somebody looks.
    if [ -t 0 ] && [ -t 1 ]; then tty=; fi
    touch .run/engine-events.jsonl
    compose run --rm --no-deps --use-aliases $tty --volume "$mount" \
        --volume "$PWD/.run/engine-events.jsonl:/run/events.jsonl:ro,z" -e RUN_EVENTS=/run/events.jsonl -e RESULTS_DIR="$folder" -e PROJECT="$COMPOSE_PROJECT_NAME" \
        ${baseline:+--volume "$baseline:/app/baseline:ro,z" -e BASELINE=/app/baseline} $(given "$generator_settings") "$service" "$@"
}

# Where the generator finds what runs.
targets() {
    export SERVICES GATEWAY_URL="http://gateway-$MODE:3000" ENGINE
    if fronted; then GATEWAY_URL=http://front:3000; fi
    case $MODE in
        ceilings) GATEWAY_URL=http://ceilings:3000 SERVICES='' ;;
        *) SERVICES=$(admin_ports) ;;
    esac
    ENGINE=$(engine_version)
}

# Faults under load in one mode, or in the four architectures with one table. Fails if a promise was broken.
chaos() {
    local mode modes=$MODE folders=() code=0 before
    [ "$MODE" != all ] || modes=$architectures
    build
    engine_socket
    for mode in $modes; do
        before=$(newest_result "chaos-$mode")
        (MODE=$mode && select_modes && up chaos && targets && generate chaos chaos) || code=$?
        [ "$before" != "$(newest_result "chaos-$mode")" ] || exit $code
        folders+=("$(newest_result "chaos-$mode")")
    done
    [ "$MODE" != all ] || generate loadgen chaos-table "${folders[@]}"
    return $code
}

chaos_control() {
    MODE=queue
    select_modes
    up chaos-control
    targets
    generate loadgen chaos-control
}

# The four architectures, or MODES, one after the other with the original's settings, then the table.
scoreboard() {
    local folders=() mode
    export CONNECTIONS=100 DURATION=10 OPS=20000000 CHUNKS=8 RATE=0 REPEAT=1
    # All of them before the first.
    wanted_modes=$(printf '%s' "${MODES:-$architectures}" | tr , ' ')
    profiles=$(printf -- '--profile %s ' $wanted_modes)
    build
    check_settings bench
    trap 'take_down' EXIT
    for mode in $wanted_modes; do
        printf '\n== %s ==\n' "$mode"
        # In a shell of its own, as each mode has settings of its own.
        (MODE=${mode%-js} && { [ "$MODE" = "$mode" ] || export IMPLEMENTATION=js; } && select_modes && up bench && bench) || exit
        folders+=("$(newest_result "${mode%-js}")")
    done
    generate loadgen scoreboard "${folders[@]}"
}

# Where the generator reads what each service used: the gateway first, each copy by the name of its container.
admin_ports() {
    local service port n count list=''
    for service in "gateway-$MODE" rust-microservice node-service rust-worker; do
        count=$(containers_of "$service" | wc -l)
        case $service in rust-microservice | node-service) port=9465 ;; rust-worker) port=9466 ;; *) port=9464 ;; esac
        n=0
        while [ $((n += 1)) -le "$count" ]; do
            list="$list,$service$([ $n = 1 ] || echo "-$n")=http://$COMPOSE_PROJECT_NAME-$service-$n:$port"
        done
    done
    printf '%s' "${list#,}"
}

# What happens to the services, in the format of the local runner's log.
engine_events() {
    exec docker events --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME" --filter type=container \
        --filter event=oom --filter event=die --format '{"time":{{.Time}}000,"service":"{{index .Actor.Attributes "com.docker.compose.service"}}","event":"{{if eq .Action "oom"}}memory-limit{{else}}exited{{end}}"{{with index .Actor.Attributes "exitCode"}},"detail":"code {{.}}"{{end}}}'
}

newest_result() { ls -d -- "${RESULTS_DIR:-results}"/*-"$1" 2>/dev/null | sort | tail -n 1; }
