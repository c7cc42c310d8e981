# A comparison in containers; sourced by docker.sh. bash 3.2 (macOS) has to do.

# compare WHAT: every mode over the grid, in fresh containers each time, the machine's ceilings, and the report. Goes on
# where an interrupted run was. `calibrate` is a comparison without loads.
compare() {
    local what=$1 name repetition mode told folder code
    # Each alone: not even somebody who watches.
    observability=''
    wanted_modes=$(cd gateway/src/modes && printf '%s ' *.ts | sed 's/\.ts//g')
    profiles=$(printf -- '--profile %s ' $wanted_modes)
    build
    trap 'take_down' EXIT
    # In a shell of its own, as every visit is: what settings came to in one must not be read as asked for by the next.
    (read_settings && generate loadgen $what-plan) || exit
    folder=$(newest_plan "$what")
    while read -r name repetition mode told <&3; do
        printf '\n== %s, repetition %s ==\n' "$name" "$repetition"
        # In a shell of its own, as each mode has settings of its own; some visits are told more.
        (MODE=$mode && { [ -z "$told" ] || export $told; } && compare_visit "$folder" "$name" "$repetition") || {
            code=$?
            [ -z "${interrupted:-}" ] || [ "$what" != compare ] || echo 'make compare with the same settings goes on from here'
            exit $code
        }
    done 3<"$folder/visits"
    (load_settings && generate loadgen $what-report "$folder")
}

compare_visit() {
    local from code=0 watcher
    select_modes
    take_down
    read_settings
    from=$(now_ms)
    compose up --detach --no-build $(wanted_services) >.run/up.log 2>&1 || refuse
    # Bare things have no port that is published: the generator waits for them.
    [ "$MODE" = ceilings ] || until_ready "gateway-$MODE" "$(port_of "$MODE")"
    [ -z "$from" ] || export STARTUP_MS=$(($(now_ms) - from))
    engine_events >.run/events.jsonl &
    watcher=$!
    targets
    generate loadgen compare-visit "$@" || code=$?
    kill "$watcher" 2>/dev/null
    return $code
}

# Exit code 0: equal within noise; 1: not.
compare_runs() {
    [ -n "${A:-}" ] && [ -n "${B:-}" ] || die 'which two? make compare-runs A=results/...-compare B=results/...-compare'
    build
    generate loadgen compare-runs "$A" "$B"
}

# newest_plan WHAT: what was planned last; a resumed one has an older name.
newest_plan() { dirname "$(ls -t "${RESULTS_DIR:-results}"/*-"$1"/visits | head -n 1)"; }

# Nothing where `date` knows no milliseconds (macOS).
now_ms() { case $(date +%s%3N) in *N) ;; *) date +%s%3N ;; esac; }
