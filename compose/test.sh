#!/usr/bin/env bash
# make test, make test-long, make lint: brings the tools, then runs the steps of compose/src/check.ts. Usage: test.sh [lint|long]
export CHECK_BEGUN_AT=${CHECK_BEGUN_AT:-$(date +%s)}
. "$(dirname "$0")/tools.sh"

built_typescript
command -v cargo >/dev/null || die 'missing: cargo (https://rustup.rs)'
if [ "${1:-}" != lint ]; then
    # One by one as the modes do: together they would be built with other features of what they depend on.
    built_rust rust-microservice rust-worker
    built_rust rust-native
    redis_tool
    schemathesis_tool
fi
exec node compose/dist/check.js "$@"
