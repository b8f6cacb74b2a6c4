#!/bin/sh
# Installs missing system packages if this user may do so, else prints the exact command.
# Usage: system-packages.sh [--wanted] COMMAND:PACKAGE…   (an empty COMMAND: the caller knows that the package is missing)
# With --wanted the packages are optional: if they cannot be installed, nothing is printed and the exit code is 0.
set -eu

wanted=
if [ "${1:-}" = --wanted ]; then
    wanted=yes
    shift
fi

refuse() {
    [ -z "$wanted" ] || exit 0
    echo "$1" >&2
    exit 1
}

missing=
for pair in "$@"; do
    command=${pair%%:*}
    if [ -z "$command" ] || ! command -v "$command" >/dev/null 2>&1; then
        missing="$missing ${pair#*:}"
    fi
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    refuse "tikcast needs these system packages (Debian's names):$missing. Install them, then run make again."
fi
if [ "$(id -u)" = 0 ]; then
    root=
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    root="sudo -n"
else
    refuse "tikcast needs system packages that this user may not install. Run: sudo apt-get install -y$missing"
fi
echo "Installing system packages:$missing"
$root apt-get update -qq
# shellcheck disable=SC2086 # both may hold several words
$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-upgrade --no-install-recommends $missing
