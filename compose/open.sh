#!/usr/bin/env bash
# Opens the URL on its standard input where there is a desktop, and says nothing where that fails. By way of a file that
# only its owner reads: the URL has a token, and everybody on a machine can read command lines.
# Read in any case: who writes to somebody that has left is killed by it.
read -r url
[ "${OPEN:-1}" != 0 ] || exit 0
case $(uname -s) in
    Darwin) opener=open ;;
    *) [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || exit 0; opener=xdg-open ;;
esac
command -v "$opener" >/dev/null || exit 0
rm -f .run/live.html
umask 077
printf '<!doctype html><title>Heavy Lifter</title><script>location.replace("%s")</script>\n' "$url" >.run/live.html
"$opener" "$PWD/.run/live.html" >/dev/null 2>&1 </dev/null
exit 0
