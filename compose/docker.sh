#!/usr/bin/env bash
# RUNTIME=docker: the services as containers of compose.yaml. The host needs an engine, its compose plugin and make.
# Usage: docker.sh <make target>
. "$(dirname "$0")/tools.sh"
. compose/docker-lib.sh

# Starts what MODE asks for and nothing else. Sets `fresh` if anything had to be started.
up() {
    build
    read_settings
    stop_others
    local before after
    before=$(containers)
    compose up --detach --no-build >.run/up.log 2>&1 || refuse
    after=$(containers)
    fresh=''; [ "$before" = "$after" ] || fresh=yes
    local mode
    for mode in $wanted_modes; do until_ready "gateway-$mode" "$(port_of "$mode")"; done
}

bench() {
    engine_events >.run/events.jsonl &
    local watcher=$! code=0
    export SERVICES GATEWAY_URL="http://gateway-$MODE:3000" ENGINE
    SERVICES=$(admin_ports)
    ENGINE=$(engine_version)
    generate bench || code=$?
    kill "$watcher" 2>/dev/null
    return $code
}

# generate WORD...: the generator, whose results are the caller's.
generate() {
    local folder=${RESULTS_DIR:-results} mount tty=-T
    mkdir -p "$folder"
    case $folder in /*) mount="$folder:$folder" ;; *) mount="$PWD/$folder:/app/$folder" ;; esac
    # A line that rewrites itself only where somebody looks.
    if [ -t 0 ] && [ -t 1 ]; then tty=; fi
    compose run --rm --no-deps --use-aliases $tty --volume "$mount" \
        --volume "$PWD/.run/events.jsonl:/run/events.jsonl:ro" -e RUN_EVENTS=/run/events.jsonl -e RESULTS_DIR="$folder" \
        $(given "$generator_settings") loadgen "$@"
}

# The four architectures one after the other with the original's settings, then the table.
scoreboard() {
    local folders='' mode
    trap 'take_down' EXIT
    trap 'interrupted=yes' INT TERM
    export CONNECTIONS=100 DURATION=10 OPS=20000000 CHUNKS=8 RATE=0
    for mode in $architectures; do
        printf '\n== %s ==\n' "$mode"
        # In a shell of its own, as each mode has settings of its own.
        (MODE=$mode && select_modes && up && bench) || exit
        folders="$folders $(newest_result "$mode")"
    done
    generate scoreboard $folders
}

need_engine
select_modes
case $1 in up | bench | scoreboard) ;; *) load_settings ;; esac
case $1 in
    up)
        up
        for mode in $wanted_modes; do
            if [ -n "$fresh" ]; then state='is up'; else state='was up already'; fi
            echo "gateway-$mode $state: http://127.0.0.1:$(port_of "$mode")/blocking"
        done
        ;;
    bench)
        trap 'interrupted=yes' INT TERM
        up
        bench
        code=$?
        if [ -n "${interrupted:-}" ] && [ -n "$fresh" ]; then take_down >/dev/null 2>&1; fi
        exit $code
        ;;
    scoreboard) scoreboard ;;
    down) if [ -n "$(containers --all)" ]; then take_down && echo 'everything is down'; else echo 'nothing was up'; fi ;;
    start | stop | kill) service_verb "$1" ;;
    status)
        [ -n "$(containers --all)" ] || { echo 'nothing is up'; exit; }
        docker ps --all --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME" \
            --format 'table {{.Label "com.docker.compose.service"}}\t{{.Status}}\t{{.Ports}}'
        ;;
    logs) logs "$(service_name)" ;;
    board)
        running gateway-queue || die 'there is no queue to show: make up MODE=queue'
        compose up --detach --no-build board >.run/up.log 2>&1 || refuse
        echo "Bull Board: http://127.0.0.1:${ADMIN_PORT:-9464}/admin/queues"
        ;;
    clean)
        take_down --volumes
        docker image rm --force $(built_images) >/dev/null 2>&1
        echo 'removed containers, volumes and images; the build cache is the engine'"'"'s: docker builder prune'
        ;;
esac
