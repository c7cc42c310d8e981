# The engine, compose, and the settings that both get; sourced by docker.sh. bash 3.2 (macOS) has to do.

# The original's four architectures: what MODE=all and the scoreboard are made of.
architectures='unpooled pool microservice queue'
# What containers.ts reads besides the names in services.env, and what the generator reads.
plan_settings='MODE PORT PORT_UNPOOLED PORT_POOL PORT_MICROSERVICE PORT_QUEUE CPUS REDIS_CPUS THREADS CONCURRENCY
    WORKERS GATEWAYS'
generator_settings='CONNECTIONS DURATION WARMUP TIMEOUT RATE OPS CHUNKS SEED DRAIN_LIMIT PACED READY_LIMIT
    QUICK FRESH REPETITIONS ORDER MODES STARTUP_MS KERNEL CONCURRENCY
    ROUNDS TARGET FAULT MODE GATEWAY_URL SERVICES SERVICE_CPUS GENERATOR_CPUS REDIS_CPUS THREADS ENGINE'

export COMPOSE_PROJECT_NAME=${COMPOSE_PROJECT_NAME:-heavy-lifter} SERVICES_ENV=$PWD/.run/services.env
COMMIT=$(git describe --always --dirty 2>/dev/null || echo unknown)
VERSION=$(sed -n 's/^ *"version": "\(.*\)".*/\1/p' package.json)
FILES_SUM=$(cat compose/*.conf compose/*.cfg compose/prometheus/* grafana/grafana.ini grafana/provisioning/*/* | cksum | cut -d ' ' -f 1)
export COMMIT VERSION FILES_SUM
mkdir -p .run
touch .run/services.env .run/compose.env
[ "${OBSERVABILITY:-on}" = off ] || observability='--profile observability'

# Whether several gateways share a port.
fronted() { [ "${GATEWAYS:-1}" -gt 1 ]; }

# Runs docker compose with the profiles of MODE; everything but `up` and `build` may name any service all the same.
compose() {
    case $1 in
        up | build | config) docker compose --ansi never -f compose/compose.yaml $profiles "$@" ;;
        *) docker compose --ansi never -f compose/compose.yaml $every_profile "$@" ;;
    esac
}

# MODE as the list of modes and profiles that it means.
select_modes() {
    if [ "$MODE" = all ]; then wanted_modes=$architectures; else wanted_modes=$MODE; fi
    profiles="$(printf -- '--profile %s ' $wanted_modes)${observability:-}"
}

# What read_settings found out when the stack was started; never before it is asked again.
load_settings() { set -a; . .run/compose.env; set +a; }

# given NAME...: a `-e NAME` for each that is set.
given() { local name; for name in $1; do [ -z "${!name:-}" ] || printf -- '-e %s ' "$name"; done; }

need_engine() {
    local said
    command -v docker >/dev/null || die 'missing: docker (https://docs.docker.com/engine/install), or RUNTIME=local'
    said=$(docker version --format '{{.Server.Version}}' 2>&1) || die "no engine answers: $(printf '%s' "$said" | tail -n 1)"
    docker buildx version >/dev/null 2>&1 || die 'missing: the buildx plugin of docker'
    local version
    version=$(docker compose version --short 2>/dev/null) || die 'missing: the compose plugin of docker, 2.20 or newer'
    version=${version#v}
    local major=${version%%.*} rest=${version#*.}
    [ "$major" -gt 2 ] || { [ "$major" = 2 ] && [ "${rest%%.*}" -ge 20 ]; } ||
        die "compose $version is too old: 2.20 or newer is needed"
    every_profile=$(docker compose -f compose/compose.yaml config --profiles | sed 's/^/--profile /' | tr '\n' ' ')
    # Who owns what the generator writes; without root the engine's root is the caller.
    CALLER=$(id -u):$(id -g)
    case $(docker info --format '{{.SecurityOptions}}') in *rootless*) CALLER=0:0 ;; esac
    export CALLER
}

engine_version() { docker version --format '{{.Server.Version}}'; }

# Has the settings checked and the CPUs planned, by the programs themselves.
read_settings() {
    local lines names
    names="$plan_settings $(sed -n 's/^\([A-Z_]*\)=.*/\1/p' compose/services.env)"
    lines=$(docker run --rm --network none $(given "$names") --entrypoint node \
        "$COMPOSE_PROJECT_NAME-loadgen" compose/dist/containers.js) || exit 1
    printf '%s\n' "$lines" | sed -n 's/^services //p' >.run/services.env
    printf '%s\n' "$lines" | sed '/^services /d' >.run/compose.env
    load_settings
}
