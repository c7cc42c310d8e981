# The containers of MODE, and no others; sourced by docker.sh. bash 3.2 (macOS) has to do.

# Starts what MODE asks for and nothing else. Sets `fresh` if anything had to be started. up [WORD]: what the generator does then.
up() {
    prepare "$@"
    bring_up
}

# Everything before the first container: images that are there, settings that are right.
prepare() {
    build
    check_settings "$@"
    keep_settings
}

bring_up() {
    local wanted
    wanted=$(wanted_services)
    stop_others
    kept=$(containers)
    compose up --detach --no-build $(scale) $wanted >.run/up.log 2>&1 || refuse
    fresh=''; [ "$kept" = "$(containers)" ] || fresh=yes
    local mode
    if fronted; then until_ready front "$FRONT_PORT"; else
        for mode in $wanted_modes; do until_ready "gateway-$mode" "$(port_of "$mode")"; done
    fi
    [ "$MODE" != live ] || until_ready live "$LIVE_PORT" /healthz
    until_others_ready
}

# Ids of the stack's containers, `--all` with those that do not run.
containers() { docker ps --quiet --no-trunc "$@" --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME"; }

# Of one service, without those that a verb runs for a moment. The engine is asked, as compose reads its whole file each time.
containers_of() {
    local service=$1
    shift
    containers "$@" --filter "label=com.docker.compose.service=$service" --filter label=com.docker.compose.oneoff=False
}

# Their names, also of those that do not run.
services_there() {
    docker ps --all --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME" --filter label=com.docker.compose.oneoff=False \
        --format '{{.Label "com.docker.compose.service"}}' | sort -u
}

running() { [ -n "$(containers_of "$1")" ]; }

# More than one of a service, as compose's words.
scale() {
    [ "$MODE" = queue ] && printf -- '--scale rust-worker=%s --scale gateway-queue=%s' "$WORKERS" "$GATEWAYS"
}

# The services of MODE whose images are there.
wanted_services() {
    local service
    for service in $(compose config --services) $(fronted && echo front); do
        case " $without " in *" $service "*) ;; *) printf '%s ' "$service" ;; esac
    done
}

# What is not `wanted`: a stack in another mode makes room; who watches stays, and keeps the history. The board leaves with its queue.
stop_others() {
    local others='' service
    for service in $(services_there); do
        case " $wanted "$([ "$MODE" = queue ] && echo ' board ') in *" $service "*) ;; *) others="$others $service" ;; esac
    done
    [ -n "$others" ] || return 0
    case $others in *gateway-*) echo "a stack runs in another mode: replacing it" ;; esac
    compose rm --stop --force $others >/dev/null 2>&1
}

take_down() { compose down --remove-orphans "$@" >/dev/null 2>&1; }

# refuse [SERVICE]: says in one line why `compose up` failed, and leaves nothing of it: of that service, or of the stack.
refuse() {
    if [ -n "${1:-}" ]; then compose rm --stop --force "$1" >/dev/null 2>&1; else take_down; fi
    local port name service
    [ -z "${interrupted:-}" ] || die 'interrupted'
    port=$(grep -E 'already (allocated|in use)' .run/up.log | sed -n 's/.*127\.0\.0\.1:\([0-9]*\).*/\1/p' | head -n 1)
    [ -n "$port" ] || die "$(grep -v '^ *$' .run/up.log | tail -n 1) (.run/up.log)"
    name=$(sed -n "s/^\(PORT_[A-Z0-9]*\)=$port\$/\1/p" .run/compose.env)
    service=gateway-$(printf '%s' "${name#PORT_}" | tr '[:upper:]' '[:lower:]')
    side_by_side || name=${name:+PORT}
    [ "$port" != "${FRONT_PORT:-}" ] || name=PORT service=front
    [ "${1:-}" != board ] || name=ADMIN_PORT service=board
    [ -n "$name" ] || { name=PROMETHEUS_PORT service=prometheus; }
    [ "$port" != "${GRAFANA_PORT:-3030}" ] || { name=GRAFANA_PORT service=grafana; }
    [ "$port" != "${LIVE_PORT:-}" ] || name=LIVE_PORT service=live
    die "port $port for $service is taken: choose another with $name="
}

# The host's port of a gateway in MODE.
port_of() {
    local name
    name=PORT_$(printf '%s' "$1" | tr '[:lower:]' '[:upper:]')
    printf '%s' "${!name}"
}

# until_ready SERVICE PORT [PATH]: asked on the published port, which costs less than a health check and knows sooner.
until_ready() {
    local deadline=$((SECONDS + 60)) looked=$SECONDS
    until answers_ready "$2" "${3:-/readyz}"; do go_on_waiting "$1"; done
}

# What a gateway answers without, a stack needs all the same: each new container is asked as the engine would. Grafana
# takes long, and nobody needs it.
until_others_ready() {
    local id service check deadline=$((SECONDS + 60)) looked=$SECONDS
    while read -r id service check; do
        # Of several gateways behind one port any has answered.
        case $service in grafana) continue ;; gateway-*) fronted || continue ;; esac
        [ -n "$check" ] || continue
        until docker exec "$id" $check >/dev/null 2>&1 </dev/null; do go_on_waiting "$service"; done
    done <<<"$(about_new '{{.Id}} {{index .Config.Labels "com.docker.compose.service"}}{{with .Config.Healthcheck}} {{join (slice .Test 1) " "}}{{end}}')"
    refuse_false_starts
}

# In a loop of its caller's: sleeps a moment, unless SERVICE cannot be waited for any longer.
go_on_waiting() {
    [ -z "${interrupted:-}" ] || { [ -z "$fresh" ] || take_down; die 'interrupted'; }
    [ $SECONDS -lt $deadline ] || die "$1 did not become ready: make logs SERVICE=$1"
    if [ $SECONDS -gt $looked ]; then looked=$SECONDS; refuse_false_starts; fi
    sleep 0.1
}

# about_new FORMAT: of each container that `kept` has not.
about_new() {
    local new
    new=$(containers --all | grep -vxF -- "${kept:-none}")
    [ -z "$new" ] || docker inspect --format "$1" $new 2>/dev/null
}

# A container that ended three times since it was made will not be ready by being started once more: what is new is taken
# away again, and its last line says why.
refuse_false_starts() {
    local id service restarts line
    while read -r id service restarts; do
        [ "${restarts:-0}" -ge 3 ] || continue
        line=$(docker logs --tail 20 "$id" 2>&1 | grep -v '^ *$' | tail -n 1)
        [ -n "$line" ] || line=$(docker inspect --format 'exit code {{.State.ExitCode}}, and it said nothing' "$id")
        if [ -z "$kept" ]; then take_down; else docker rm --force $(about_new '{{.Id}}') >/dev/null 2>&1; fi
        die "$service ended 3 times at its start: $line"
    done <<<"$(about_new '{{.Id}} {{index .Config.Labels "com.docker.compose.service"}} {{.RestartCount}}')"
}

answers_ready() (
    exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
    printf 'GET %s HTTP/1.0\r\n\r\n' "$2" >&3
    read -r -t 2 status <&3
    case $status in *' 200 '*) exit 0 ;; *) exit 1 ;; esac
) 2>/dev/null

# Where the dashboards are; nothing and a failure where no Grafana runs.
grafana_url() {
    local address
    running grafana && address=$(compose port grafana 3000) && printf 'http://%s' "$address"
}
