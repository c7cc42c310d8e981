#!/usr/bin/env bash
# RUNTIME=local: the services as processes of this machine. Usage: local.sh <make target>
. "$(dirname "$0")/tools.sh"

verb=$1
case $verb in
    up | bench | scoreboard | calibrate | compare | compare-runs | claims | chaos | chaos-control | live | tour)
        built_typescript
        case "$verb-$MODE" in
            compare-runs-*) ;;
            calibrate-* | compare-*) built_rust rust-microservice rust-worker; built_rust rust-native; redis_tool ;;
            scoreboard-* | claims-* | chaos-control-* | live-* | tour-* | *-queue | *-all) built_rust rust-microservice rust-worker; redis_tool ;;
            # Whoever stays with JavaScript needs no compiler.
            *-microservice) [ "${IMPLEMENTATION:-}" = js ] || built_rust rust-microservice rust-worker ;;
            *-native) built_rust rust-native ;;
        esac
        case $verb in live | tour) built_page ;; esac
        case "$verb-,${MODES:-}," in scoreboard-*,native,* | live-*,native,* | tour-*,native,*) built_rust rust-native ;; esac
        if [ -n "${DISK_FAULT_FILE:-}" ]; then
            [ "$(uname -s)" = Linux ] || die 'SLOW_DISK and FULL_DISK need Linux'
            rustc -O --crate-type cdylib -o target/libbad_disk.so loadgen/src/engine/bad_disk.rs || die 'the bad disk does not compile'
        fi
        ;;
    clean)
        [ ! -f compose/dist/main.js ] || { node_tool; node compose/dist/main.js down; }
        rm -rf .run .tools target node_modules */dist
        say 'removed .run, .tools, target, node_modules and dist; results stay'
        exit
        ;;
    *) [ -f compose/dist/main.js ] && node_tool || { say 'nothing is up'; exit; } ;;
esac
exec node compose/dist/main.js "$verb"
