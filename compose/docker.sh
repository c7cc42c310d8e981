#!/usr/bin/env bash
# RUNTIME=docker: the services as containers of compose.yaml. The host needs an engine, its compose plugin and make.
# Usage: docker.sh <make target>, or `images`: all of them are built, and nothing is started.
. "$(dirname "$0")/tools.sh"
for part in engine images stack bench compare services live; do . "compose/docker/$part.sh"; done

trap 'interrupted=yes' INT TERM HUP
need_engine
select_modes
case $1 in up | live | tour | bench | scoreboard | calibrate | compare* | claims | chaos*) ;; *) load_settings ;; esac
case $1 in
    up)
        up
        for mode in $wanted_modes; do
            if [ -n "$fresh" ]; then state='is up'; else state='was up already'; fi
            if fronted; then port=$FRONT_PORT; else port=$(port_of "$mode"); fi
            echo "gateway-$mode $state: http://127.0.0.1:$port/blocking"
        done
        case " $wanted_modes " in *' queue '*) ask_queue before ;; esac
        if url=$(grafana_url); then echo "dashboards: $url"; fi
        ;;
    bench)
        up bench
        bench
        code=$?
        if [ -n "${interrupted:-}" ] && [ -n "$fresh" ]; then take_down >/dev/null 2>&1; fi
        exit $code
        ;;
    live) live ;;
    tour) live '&tour' ;;
    images) build_all ;;
    scoreboard) scoreboard ;;
    compare | calibrate | claims) "$1" ;;
    compare-runs) compare_runs ;;
    chaos) chaos ;;
    chaos-control) chaos_control ;;
    down) if [ -n "$(containers --all)" ]; then take_down && echo 'everything is down'; else echo 'nothing was up'; fi ;;
    start | stop | pause | resume | kill) service_verb "$1" ;;
    status)
        [ -n "$(containers --all)" ] || { echo 'nothing is up'; exit; }
        docker ps --all --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME" \
            --format 'table {{.Label "com.docker.compose.service"}}\t{{.Status}}\t{{.Ports}}'
        ;;
    logs) logs ;;
    board)
        running gateway-queue || die 'there is no queue to show: make up MODE=queue'
        compose up --detach --no-build board >.run/up.log 2>&1 || refuse board
        echo "Bull Board: http://127.0.0.1:${ADMIN_PORT:-9464}/admin/queues"
        ;;
    clear)
        running redis || die 'there is no queue to clear: make up MODE=queue'
        ask_queue clear
        ;;
    clean)
        take_down --volumes
        docker image rm --force $(built_images) >/dev/null 2>&1
        # And those that newer ones took the names of.
        docker image prune --force --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME" >/dev/null
        echo 'removed containers, volumes and images; the build cache is the engine'"'"'s: docker builder prune'
        ;;
esac
