#!/usr/bin/env bash
# make fmt: formats both languages.
. "$(dirname "$0")/tools.sh"

modules
npm run -s format
exec cargo fmt
