#!/bin/sh
# Installs missing system packages where that is allowed, else says the exact command.
# Usage: system-packages.sh COMMAND:PACKAGE…   (an empty COMMAND means: missing, the caller looked)
set -eu

missing=
for pair in "$@"; do
    command=${pair%%:*}
    if [ -z "$command" ] || ! command -v "$command" >/dev/null 2>&1; then
        missing="$missing ${pair#*:}"
    fi
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    echo "tikcast needs these system packages (Debian's names):$missing. Install them, then run make again." >&2
    exit 1
fi
if [ "$(id -u)" = 0 ]; then
    root=
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    root="sudo -n"
else
    echo "tikcast needs system packages that this user may not install. Run: sudo apt-get install -y$missing" >&2
    exit 1
fi
echo "Installing system packages:$missing"
$root apt-get update -qq
# shellcheck disable=SC2086 # both hold several words on purpose
$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-upgrade --no-install-recommends $missing
