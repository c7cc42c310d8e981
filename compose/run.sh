#!/usr/bin/env bash
# make's verbs: what both runtimes share, then the runtime. Usage: run.sh <make target>
. "$(dirname "$0")/tools.sh"

verb=$1
# Faults are compared over the modes that have the service; everything else is one mode's.
case $verb-${TARGET:-}-${FAULT:-} in
    chaos-control-* | chaos-*-SLOW_DISK | chaos-*-FULL_DISK | chaos-redis-* | chaos-rust-worker-*) MODE=${MODE:-queue} ;;
    chaos-rust-microservice-*) MODE=${MODE:-microservice} ;;
    chaos-node-service-*) MODE=${MODE:-microservice} && export IMPLEMENTATION=${IMPLEMENTATION:-js} ;;
    chaos-*) MODE=${MODE:-all} ;;
    # Of every mode, unless some are named.
    compare-* | calibrate-*) if [ "${MODE:-all}" != all ]; then export MODES=${MODES:-$MODE}; fi; MODE=all ;;
    claims-*) MODE=all ;;
    live-* | tour-*) MODE=${MODE:-all} ;;
    *) MODE=${MODE:-queue} ;;
esac
export MODE
# A flood of a minute must meet a bound that can be drained from.
[ "${FAULT:-}" != OVERLOAD ] || export MAX_WAITING=${MAX_WAITING:-1000}
# Each of its requests has a key, and runs may follow each other within the hour that keys are remembered for.
case $verb in chaos | chaos-control) export MAX_KEYS=${MAX_KEYS:-1000000} ;; esac
case ${FAULT:-} in SLOW_DISK | FULL_DISK) export DISK_FAULT_FILE=$PWD/.run/disk-fault ;; esac
modes=$(cd gateway/src/modes && printf '%s ' *.ts | sed 's/\.ts//g')
case " ${modes}all " in *" $MODE "*) ;; *) die "MODE must be one of ${modes}all" ;; esac
# Lanes side by side: MODES, or MODE alone. Accepting is to be seen to end, and what watches besides would take from what is seen.
case $verb in
    live | tour)
        [ "$MODE" = all ] || MODES=${MODES:-$MODE}
        export MODE=live MODES=${MODES:-inline,unpooled,pool,microservice,queue}
        export OBSERVABILITY=${OBSERVABILITY:-off} MAX_WAITING=${MAX_WAITING:-50000}
        ;;
esac
case $verb in
    scoreboard | live | tour)
        for mode in $(printf '%s' "${MODES:-}" | tr , ' '); do
            case "$verb $modes" in
                *" $mode "*) ;;
                scoreboard*) [ "$mode" = microservice-js ] || die "MODES must be some of ${modes}microservice-js" ;;
                *) die "MODES must be some of $modes" ;;
            esac
        done
        ;;
esac
[ "$verb-$MODE" != bench-all ] || die "a bench is one mode alone: MODE= one of $modes"
if [ "$verb" != bench ]; then
    unset BASELINE
elif [ -n "${BASELINE:-}" ]; then
    [ -f "$BASELINE/result.json" ] || die "BASELINE must be the folder of a bench, with its result.json: $BASELINE"
    mkdir -p .run && touch .run/bench-began
fi

engine_answers() { docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }
docker_runs() { [ -n "$(docker ps -aq --filter "label=com.docker.compose.project=${COMPOSE_PROJECT_NAME:-heavy-lifter}")" ]; }
local_runs() { [ -S .run/control ] && kill -0 "$(cat .run/supervisor.pid)" 2>/dev/null; }

case ${RUNTIME:-} in
    local | docker) runtimes=$RUNTIME ;;
    '')
        # What runs already; else containers where that is possible.
        runtimes=local
        if ! local_runs && engine_answers; then runtimes=docker; fi
        # "Everything" means both.
        case $verb in
            down) if local_runs && engine_answers && docker_runs; then runtimes='docker local'; fi ;;
            clean) if engine_answers; then runtimes='docker local'; else runtimes=local; fi ;;
        esac
        ;;
    *) die 'RUNTIME must be one of docker, local' ;;
esac
code=0
for RUNTIME in $runtimes; do
    export RUNTIME
    "compose/$RUNTIME.sh" "$verb" || code=$?
done
# What a pull request is shown (GitHub's own name for the file).
if [ -n "${BASELINE:-}" ] && [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
    find "${RESULTS_DIR:-results}" -name summary.md -newer .run/bench-began -exec cat {} + >>"$GITHUB_STEP_SUMMARY"
fi
exit $code
