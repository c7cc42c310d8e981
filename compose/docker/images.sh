# Images: fetched, built; sourced by docker.sh. bash 3.2 (macOS) has to do.

# Every image by name, so that what cannot be had is said before anything else is done. Without those that only watch,
# the stack still serves: sets `without` to those.
fetch_images() {
    local image service
    without=''
    for image in $(sed -n 's/^FROM \([^ ]*:[^ ]*\).*/\1/p' compose/*.Dockerfile) $(images_of $wanted_modes $(fronted && echo front)); do
        fetch "$image" || die "the image $image cannot be had: $why"
    done
    [ -n "${observability:-}" ] || return 0
    for service in $(compose_profiles observability config --services); do
        image=$(sed -n "/^  $service:\$/,/^  [a-z]/s/^    image: //p" compose/compose.yaml)
        fetch "$image" && continue
        say "going on without $service: the image $image cannot be had ($why)"
        without="$without $service"
    done
}

compose_profiles() { bare_compose --profile "$@"; }

# images_of MODE...: those that are not built here.
images_of() {
    local mode
    for mode in $(profiles_of "$@"); do compose_profiles "$mode" config --images; done | grep -v "^$COMPOSE_PROJECT_NAME-" | sort -u
}

# Fails with the reason in `why`.
fetch() {
    docker image inspect "$1" >/dev/null 2>&1 && return
    say "fetching $1"
    why=$(docker pull --quiet "$1" 2>&1) && return
    why=$(printf '%s' "$why" | tail -n 1)
    return 1
}

# What images are made of and containers mount is read by other users than the one who cloned it, perhaps under umask 077.
# Others on this machine still do not get past the folder itself.
readable() { chmod -R a+rX package*.json tsconfig*.json Cargo.* compose gateway grafana live loadgen workloads rust-* 2>/dev/null; }

build() {
    readable
    fetch_images
    docker image inspect "$COMPOSE_PROJECT_NAME-loadgen" >/dev/null 2>&1 ||
        say 'building the images (some minutes the first time)'
    bare_compose $profiles --profile bench --progress plain build >.run/build.log 2>&1 && return
    [ -z "${interrupted:-}" ] || die 'interrupted: what was built is kept, so run it again'
    tail -n 30 .run/build.log >&2
    die 'the images do not build (.run/build.log)'
}

# build_all [MODES]: every image, or those of these modes.
build_all() {
    wanted_modes=${1:-$(every_mode)}
    profiles=$(printf -- '--profile %s ' $wanted_modes)
    [ -n "${1:-}" ] || profiles="--profile live $profiles"
    build
}

every_mode() { (cd gateway/src/modes && printf '%s ' *.ts | sed 's/\.ts//g'); }

built_images() { local name; for name in gateway gateway-native live loadgen rust-microservice rust-worker; do printf '%s ' "$COMPOSE_PROJECT_NAME-$name"; done; }
