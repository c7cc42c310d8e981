# Comparisons and replays in containers; sourced by docker.sh. bash 3.2 (macOS) has to do.

# Every mode over the grid. Goes on where an interrupted run was.
compare() {
    visits compare "$(every_mode)" || {
        local code=$?
        [ -z "${interrupted:-}" ] || echo 'make compare with the same settings goes on from here'
        exit $code
    }
}

# The machine's ceilings and each mode's kernel: a comparison without loads.
calibrate() { visits calibrate "$(every_mode)"; }

# The original's claims beside what is measured here.
claims() { visits claims "$architectures"; }

# visits VERB MODES: what VERB-plan lists, in fresh containers of MODES each time, then VERB-report.
visits() {
    local verb=$1 name repetition mode told folder
    # Each alone: not even somebody who watches.
    observability=''
    build_all "$2"
    # Nobody keeps a connection to a gateway that has been measured.
    export SHUTDOWN_GRACE_MS=0
    check_settings "$verb-plan"
    trap 'take_down' EXIT
    # In a shell of its own, as every visit is: what settings came to in one must not be read as asked for by the next.
    (read_settings && generate loadgen "$verb-plan") || return
    folder=$(newest_plan "$verb")
    # The last of them may add others to the list, to be done once more: a line is read when its turn comes.
    while read -r name repetition mode told <&3; do
        printf '\n== %s, repetition %s ==\n' "$name" "$repetition"
        # In a shell of its own, as each mode has settings of its own; some visits are told more.
        (MODE=$mode && { [ -z "$told" ] || export $told; } && visit "$verb-visit" "$folder" "$name" "$repetition") || return
    done 3<"$folder/visits"
    (load_settings && generate loadgen "$verb-report" "$folder")
}

# visit WORD...: the generator with these words, on fresh containers of MODE.
visit() {
    local from code=0 watcher
    select_modes
    # At the same time, and networks stay: it is a second or two for each of dozens of visits.
    compose rm --stop --force >/dev/null 2>&1 &
    read_settings
    wait
    kept=''
    from=$(now_ms)
    compose up --detach --no-build $(wanted_services) >.run/up.log 2>&1 || refuse
    # Bare things have no port that is published: the generator waits for them.
    [ "$MODE" = ceilings ] || until_ready "gateway-$MODE" "$(port_of "$MODE")"
    [ -z "$from" ] || export STARTUP_MS=$(($(now_ms) - from))
    engine_events >.run/engine-events.jsonl &
    watcher=$!
    targets
    generate loadgen "$@" || code=$?
    kill "$watcher" 2>/dev/null
    return $code
}

# Exit code 0: equal within noise; 1: not.
compare_runs() {
    [ -n "${A:-}" ] && [ -n "${B:-}" ] || die 'which two? make compare-runs A=results/...-compare B=results/...-compare'
    build
    generate loadgen compare-runs "$A" "$B"
}

# newest_plan VERB: what was planned last; a resumed comparison has an older name.
newest_plan() { dirname "$(ls -t -- "${RESULTS_DIR:-results}"/*-"$1"/visits | head -n 1)"; }

# Nothing where `date` knows no milliseconds (macOS).
now_ms() { case $(date +%s%3N) in *N) ;; *) date +%s%3N ;; esac; }
