# The engine, compose, and the settings that both get; sourced by docker.sh. bash 3.2 (macOS) has to do.

# The original's four architectures: what MODE=all and the scoreboard are made of.
architectures='unpooled pool microservice queue'
# What the services read, what containers.ts reads besides, and what the generator reads.
service_settings="THREADS CONCURRENCY $(sed -n 's/^\([A-Z_]*\)=.*/\1/p' compose/services.env | tr '\n' ' ')"
plan_settings="MODE PORT $(cd gateway/src/modes && printf 'PORT_%s ' *.ts | sed 's/\.ts//g' | tr a-z A-Z) LIVE_PORT LIVE_TOKEN SOLO IMPLEMENTATION
    ADMIN_PORT PROMETHEUS_PORT GRAFANA_PORT OBSERVABILITY CPUS REDIS_CPUS WORKERS GATEWAYS"
generator_settings='CONNECTIONS DURATION WARMUP QUIET TIMEOUT RATE OPS CHUNKS SEED DRAIN_LIMIT PACED REPEAT READY_LIMIT MAX_REGRESSION
    QUICK FRESH REPETITIONS ORDER MODES STARTUP_MS KERNEL CONCURRENCY IMPLEMENTATION
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
fronted() { [ "${GATEWAYS:-1}" != 1 ]; }

# Runs docker compose as the file is, without settings that nobody has looked at yet.
bare_compose() (unset $service_settings $plan_settings; docker compose -f compose/compose.yaml "$@")

every_profile() { bare_compose config --profiles | sed 's/^/--profile /' | tr '\n' ' '; }

# Runs docker compose with the profiles of MODE; everything but `up` and `build` may name any service all the same.
compose() {
    case $1 in
        up | build | config) docker compose --ansi never -f compose/compose.yaml $profiles "$@" ;;
        *) docker compose --ansi never -f compose/compose.yaml $(every_profile) "$@" ;;
    esac
}

# MODE as the list of modes and profiles that it means. `live` is no mode: it is its lanes, and the page.
select_modes() {
    case $MODE in
        all) wanted_modes=$architectures ;;
        live) wanted_modes=$(printf '%s' "$MODES" | tr , ' ') ;;
        *) wanted_modes=$MODE ;;
    esac
    profiles="$(printf -- '--profile %s ' $(profiles_of $wanted_modes))${observability:-}"
    [ "$MODE" != live ] || profiles="--profile live $profiles"
}

# The profile of each mode: its name, and what its service is written in where that is not the usual.
profiles_of() {
    local mode
    for mode; do
        if [ "$mode-${IMPLEMENTATION:-}" = microservice-js ]; then mode=microservice-js; fi
        printf '%s ' "$mode"
    done
}

# Whether each gateway has a port of its own.
side_by_side() { [ "$MODE" = all ] || [ "$MODE" = live ]; }

# What read_settings found out when the stack was started; never before it is asked again.
load_settings() { local name value; while IFS='=' read -r name value; do export "$name=$value"; done <.run/compose.env; }

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
    # Who owns what the generator writes; without root the engine's root is the caller.
    CALLER=$(id -u):$(id -g)
    case $(docker info --format '{{.SecurityOptions}}') in *rootless*) CALLER=0:0 ;; esac
    export CALLER
}

engine_version() { docker version --format '{{.Server.Version}}'; }

# Prints the settings of compose.yaml and of the services. planned [WORD]: a verb of the generator, for its own ones.
planned() {
    docker run --rm --network none $(given "$service_settings $plan_settings $generator_settings") --entrypoint node \
        "$COMPOSE_PROJECT_NAME-loadgen" compose/dist/containers.js "$@"
}

# Has the CPUs planned, by the program that knows how.
read_settings() { planned >.run/planned || exit 1; keep_settings; }

# Makes what was planned last the settings of what is started now.
keep_settings() {
    sed -n 's/^services //p' .run/planned >.run/services.env
    sed '/^services /d' .run/planned >.run/compose.env
    load_settings
}

# check_settings [WORD]: refuses what any program finds wrong that MODE or the generator, in that verb, is made of, before
# anything is started. All are asked at once, each image in one container; what was planned waits in .run/planned.
check_settings() {
    local image mode folder=.run/check running='' one code=0
    rm -rf $folder; mkdir -p $folder
    planned "$@" >.run/planned 2>$folder/0-loadgen & running="$!"
    for image in $(for mode in $(profiles_of $wanted_modes) $([ "$MODE" != live ] || echo live); do compose_profiles "$mode" config --images; done |
        grep -e "^$COMPOSE_PROJECT_NAME-[gr]" -e "^$COMPOSE_PROJECT_NAME-live\$" | sort -u); do
        # Any that the image serves: they read the same.
        mode=$(printf '%s\n' $wanted_modes | sed 's/-js$//' | grep -v '^native$' | head -n 1)
        case $image in *-native) mode=native ;; esac
        # What the page is told besides does not come from the user.
        docker run --rm --network none --env-file compose/services.env $(given "$service_settings") -e "MODE=$mode" \
            -e LANES=any=http://any:3000 -e CONTROL_SOCKET=any -e TOKEN=00000000000000000000000000000000 \
            "$image" --check >/dev/null 2>"$folder/${image#"$COMPOSE_PROJECT_NAME-"}" & running="$running $!"
    done
    for one in $running; do wait "$one" || code=1; done
    [ -z "${interrupted:-}" ] || die 'interrupted'
    if [ -n "${1:-}" ] && ! { mkdir -p -- "${RESULTS_DIR:-results}" && [ -w "${RESULTS_DIR:-results}" ]; } 2>/dev/null; then
        echo "RESULTS_DIR: ${RESULTS_DIR:-results} cannot be written" >$folder/results; code=1
    fi
    # Each variable once, in the words of whoever comes first.
    [ $code = 0 ] || die "$(cat $folder/* | sed 's/^\([A-Z_]*\): /\1 /' | awk '!seen[$1]++')"
}

# Where the engine listens, and the group that may speak to it as containers see it.
engine_socket() {
    local host
    host=$(docker context inspect --format '{{.Endpoints.docker.Host}}' 2>/dev/null)
    host=${DOCKER_HOST:-$host}
    export SOCKET=/var/run/docker.sock SOCKET_GROUP
    case $(uname -s)-$host in
        # There the engine is in a virtual machine, which has its own socket in the usual place.
        Darwin-*) ;;
        *-unix://*) SOCKET=${host#unix://} ;;
        *-) ;;
        *) die "whoever stops and kills services needs the engine's own socket, not $host" ;;
    esac
    # A mount that fails where there is nothing, unlike a volume.
    SOCKET_GROUP=$(docker run --rm --network none --mount "type=bind,source=$SOCKET,target=/socket" --entrypoint sh \
        "$COMPOSE_PROJECT_NAME-loadgen" -c 'test -S /socket && stat -c %g /socket' 2>/dev/null) ||
        die "the engine's socket $SOCKET cannot be had"
}
