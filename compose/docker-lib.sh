# The steps of docker.sh; sourced. bash 3.2 (macOS) has to do.

# The original's four architectures: what MODE=all and the scoreboard are made of.
architectures='unpooled pool microservice queue'
# What containers.ts reads besides the names in services.env, and what the generator reads.
plan_settings='MODE PORT PORT_UNPOOLED PORT_POOL PORT_MICROSERVICE PORT_QUEUE CPUS REDIS_CPUS THREADS CONCURRENCY'
generator_settings='CONNECTIONS DURATION WARMUP RATE OPS CHUNKS SEED DRAIN_LIMIT PACED READY_LIMIT
    MODE GATEWAY_URL SERVICES SERVICE_CPUS GENERATOR_CPUS REDIS_CPUS THREADS ENGINE'

export COMPOSE_PROJECT_NAME=${COMPOSE_PROJECT_NAME:-heavy-lifter} SERVICES_ENV=$PWD/.run/services.env
COMMIT=$(git describe --always --dirty 2>/dev/null || echo unknown)
VERSION=$(sed -n 's/^ *"version": "\(.*\)".*/\1/p' package.json)
export COMMIT VERSION
mkdir -p .run
touch .run/services.env .run/compose.env
[ "${OBSERVABILITY:-on}" = off ] || observability='--profile observability'

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

# Every image by name, so that what cannot be had is said before anything else is done.
fetch_images() {
    local image said
    for image in $(sed -n 's/^FROM \([^ ]*:[^ ]*\).*/\1/p' compose/*.Dockerfile) \
        $(compose config --images | grep -v "^$COMPOSE_PROJECT_NAME-"); do
        docker image inspect "$image" >/dev/null 2>&1 && continue
        say "fetching $image"
        said=$(docker pull --quiet "$image" 2>&1) || die "the image $image cannot be had: $(printf '%s' "$said" | tail -n 1)"
    done
}

build() {
    fetch_images
    docker image inspect "$COMPOSE_PROJECT_NAME-loadgen" >/dev/null 2>&1 ||
        say 'building the images (some minutes the first time)'
    docker compose -f compose/compose.yaml $profiles --profile bench --progress plain build >.run/build.log 2>&1 && return
    [ -z "${interrupted:-}" ] || die 'interrupted: what was built is kept, so run it again'
    tail -n 30 .run/build.log >&2
    die 'the images do not build (.run/build.log)'
}

built_images() { printf "$COMPOSE_PROJECT_NAME-%s " gateway loadgen rust-microservice rust-worker; }

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

# Ids of the stack's containers, `--all` with those that do not run.
containers() { docker ps --quiet --no-trunc "$@" --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME"; }

running() { [ -n "$(compose ps --quiet "$1")" ]; }

# A stack in another mode makes room; who watches stays, and keeps the history.
stop_others() {
    local wanted others='' service
    wanted=" $(compose config --services | tr '\n' ' ')"
    for service in $(compose ps --all --services); do
        case $wanted in *" $service "*) ;; *) others="$others $service" ;; esac
    done
    [ -n "$others" ] || return 0
    case $others in *gateway-*) echo "a stack runs in another mode: replacing it" ;; esac
    compose rm --stop --force $others >/dev/null 2>&1
}

take_down() { compose down --remove-orphans "$@" >/dev/null 2>&1; }

# Says in one line why `compose up` failed, and leaves nothing of it.
refuse() {
    take_down
    local port name service
    [ -z "${interrupted:-}" ] || die 'interrupted'
    port=$(grep -E 'already (allocated|in use)' .run/up.log | sed -n 's/.*127\.0\.0\.1:\([0-9]*\).*/\1/p' | head -n 1)
    [ -n "$port" ] || die "$(grep -v '^ *$' .run/up.log | tail -n 1) (.run/up.log)"
    name=$(sed -n "s/^\(PORT_[A-Z]*\)=$port\$/\1/p" .run/compose.env)
    service=gateway-$(printf '%s' "${name#PORT_}" | tr '[:upper:]' '[:lower:]')
    [ "$MODE" = all ] || name=${name:+PORT}
    [ -n "$name" ] || { name=PROMETHEUS_PORT service=prometheus; }
    die "port $port for $service is taken: choose another with $name="
}

# The host's port of a gateway in MODE.
port_of() {
    local name
    name=PORT_$(printf '%s' "$1" | tr '[:lower:]' '[:upper:]')
    printf '%s' "${!name}"
}

# until_ready SERVICE PORT: asked on the published port, which costs less than a health check and knows sooner.
until_ready() {
    local deadline=$((SECONDS + 60))
    until answers_ready "$2"; do
        [ -z "${interrupted:-}" ] || die 'interrupted'
        [ $SECONDS -lt $deadline ] || die "$1 did not become ready: make logs SERVICE=$1"
        sleep 0.1
    done
}

answers_ready() (
    exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
    printf 'GET /readyz HTTP/1.0\r\n\r\n' >&3
    read -r -t 2 status <&3
    case $status in *' 200 '*) exit 0 ;; *) exit 1 ;; esac
) 2>/dev/null

# Where the generator reads what each service used: the gateway first.
admin_ports() {
    printf 'gateway-%s=http://gateway-%s:9464' "$MODE" "$MODE"
    case $MODE in
        microservice) printf ',rust-microservice=http://rust-microservice:9465' ;;
        queue) printf ',rust-worker=http://rust-worker:9466' ;;
    esac
}

# What happens to the services, in the format of the local runner's log.
engine_events() {
    exec docker events --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME" --filter type=container \
        --filter event=oom --filter event=die --format '{"time":{{.Time}}000,"service":"{{index .Actor.Attributes "com.docker.compose.service"}}","event":"{{if eq .Action "oom"}}memory-limit{{else}}exited{{end}}"{{with index .Actor.Attributes "exitCode"}},"detail":"code {{.}}"{{end}}}'
}

newest_result() { ls -d "${RESULTS_DIR:-results}"/*-"$1" | sort | tail -n 1; }

# SERVICE= as compose knows it: `gateway` is the only one there is. Empty for none.
service_name() {
    if [ "${SERVICE:-}" = gateway ]; then compose ps --all --services | grep '^gateway-'; else printf '%s' "${SERVICE:-}"; fi
}

# The last lines of a service as it wrote them, or of all with their names.
logs() {
    local container
    [ -n "$1" ] || { compose logs --tail 50 ${FOLLOW:+--follow}; return; }
    for container in $(compose ps --all --quiet "$1"); do docker logs --tail 50 ${FOLLOW:+--follow} "$container" & done
    wait
}

# start, stop or kill of SERVICE.
service_verb() {
    local service known
    known=$(echo $(compose ps --all --services))
    [ -n "$known" ] || die 'nothing is up: make up'
    service=$(service_name)
    case " $known " in *" ${service:-none} "*) ;; *) die "SERVICE must be one of $known" ;; esac
    case $1 in
        stop) compose stop "$service" >/dev/null 2>&1 && echo "$service is stopped" ;;
        start) compose start "$service" >/dev/null 2>&1 && until_healthy "$service" && echo "$service is started and healthy" ;;
        kill) kill_process "$service" "${SIGNAL:-KILL}" ;;
    esac
}

# until_healthy SERVICE: asks as the engine does, but at once and again, not every few seconds.
until_healthy() {
    local container check deadline=$((SECONDS + 60))
    container=$(compose ps --all --quiet "$1")
    check=$(docker inspect --format '{{join (slice .Config.Healthcheck.Test 1) " "}}' "$container")
    until docker exec "$container" $check >/dev/null 2>&1; do
        [ $SECONDS -lt $deadline ] || return 1
        sleep 0.1
    done
}

# kill_process SERVICE SIGNAL: the process inside, not the container: `docker kill` would turn the restart policy off.
# Times are the engine's own.
kill_process() {
    local container before now deadline=$((SECONDS + 30))
    container=$(compose ps --quiet "$1")
    before=$(started_at "$container")
    docker exec "$container" sh -c "kill -s $2 -- -1" || die "$1 has no shell to kill from"
    echo "$1 got SIG$2"
    until now=$(started_at "$container"); [ "$now" != "$before" ] && [ -n "$now" ]; do
        [ $SECONDS -lt $deadline ] || { echo "$1 did not come back by itself: was it a signal that it survives?"; return 1; }
        sleep 0.1
    done
    local times='{{.State.FinishedAt}} {{.State.StartedAt}}' clock='date -u +%Y-%m-%dT%H:%M:%S.%NZ'
    until_healthy "$1" && docker exec "$container" $clock | sed "s/^/$(docker inspect --format "$times" "$container") /" | awk -v service="$1" '
        function seconds(time) { split(substr(time, 12), part, /[:Z]/); return part[1] * 3600 + part[2] * 60 + part[3] }
        { printf "%s runs again after %.2f s\n%s is healthy after %.2f s\n", service, seconds($2) - seconds($1), service, seconds($3) - seconds($1) }'
}

# Empty while it does not run.
started_at() { docker inspect --format '{{if .State.Running}}{{.State.StartedAt}}{{end}}' "$1"; }
