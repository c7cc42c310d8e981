# The containers of MODE, and no others; sourced by docker.sh. bash 3.2 (macOS) has to do.

# Starts what MODE asks for and nothing else. Sets `fresh` if anything had to be started.
up() {
    build
    read_settings
    stop_others
    local before after
    before=$(containers)
    compose up --detach --no-build $(scale) $(wanted_services) >.run/up.log 2>&1 || refuse
    after=$(containers)
    fresh=''; [ "$before" = "$after" ] || fresh=yes
    local mode
    if fronted; then until_ready front "$FRONT_PORT"; return; fi
    for mode in $wanted_modes; do until_ready "gateway-$mode" "$(port_of "$mode")"; done
}

# Ids of the stack's containers, `--all` with those that do not run.
containers() { docker ps --quiet --no-trunc "$@" --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME"; }

running() { [ -n "$(compose ps --quiet "$1")" ]; }

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

# A stack in another mode makes room; who watches stays, and keeps the history. The board leaves with its queue.
stop_others() {
    local wanted others='' service
    wanted=" $(wanted_services)"
    for service in $(compose ps --all --services); do
        case $wanted$([ "$MODE" = queue ] && echo ' board ') in *" $service "*) ;; *) others="$others $service" ;; esac
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
    name=$(sed -n "s/^\(PORT_[A-Z]*\)=$port\$/\1/p" .run/compose.env)
    service=gateway-$(printf '%s' "${name#PORT_}" | tr '[:upper:]' '[:lower:]')
    [ "$MODE" = all ] || name=${name:+PORT}
    [ "$port" != "${FRONT_PORT:-}" ] || name=PORT service=front
    [ "${1:-}" != board ] || name=ADMIN_PORT service=board
    [ -n "$name" ] || { name=PROMETHEUS_PORT service=prometheus; }
    [ "$port" != "${GRAFANA_PORT:-3030}" ] || { name=GRAFANA_PORT service=grafana; }
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
        [ -z "${interrupted:-}" ] || { [ -z "$fresh" ] || take_down; die 'interrupted'; }
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

# Where the dashboards are; nothing and a failure where no Grafana runs.
grafana_url() {
    local address
    running grafana && address=$(compose port grafana 3000) && printf 'http://%s' "$address"
}
