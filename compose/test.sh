#!/usr/bin/env bash
# make test, make lint: brings the tools, then runs the steps of compose/src/check.ts. Usage: test.sh [lint]
. "$(dirname "$0")/tools.sh"

built_typescript
command -v cargo >/dev/null || die 'missing: cargo (https://rustup.rs)'
if [ "${1:-}" != lint ]; then
    built_rust
    redis_tool
fi
exec node compose/dist/check.js "$@"
