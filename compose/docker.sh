#!/usr/bin/env bash
# RUNTIME=docker: the services as containers of compose.yaml. The host needs an engine, its compose plugin and make.
# Usage: docker.sh <make target>
. "$(dirname "$0")/tools.sh"
for part in engine images stack bench compare services; do . "compose/docker/$part.sh"; done

trap 'interrupted=yes' INT TERM
need_engine
select_modes
case $1 in up | bench | scoreboard | calibrate | compare* | claims | chaos*) ;; *) load_settings ;; esac
case $1 in
    up)
        up
        for mode in $wanted_modes; do
            if [ -n "$fresh" ]; then state='is up'; else state='was up already'; fi
            if fronted; then port=$FRONT_PORT; else port=$(port_of "$mode"); fi
            echo "gateway-$mode $state: http://127.0.0.1:$port/blocking"
        done
        if url=$(grafana_url); then echo "dashboards: $url"; fi
        ;;
    bench)
        up
        bench
        code=$?
        if [ -n "${interrupted:-}" ] && [ -n "$fresh" ]; then take_down >/dev/null 2>&1; fi
        exit $code
        ;;
    scoreboard) scoreboard ;;
    compare | calibrate | claims) "$1" ;;
    compare-runs) compare_runs ;;
    chaos) chaos ;;
    chaos-control) chaos_control ;;
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
        compose up --detach --no-build board >.run/up.log 2>&1 || refuse board
        echo "Bull Board: http://127.0.0.1:${ADMIN_PORT:-9464}/admin/queues"
        ;;
    clean)
        take_down --volumes
        docker image rm --force $(built_images) >/dev/null 2>&1
        echo 'removed containers, volumes and images; the build cache is the engine'"'"'s: docker builder prune'
        ;;
esac
