#!/bin/sh
# Creates .venv with tikcast (editable), the extras and the development tools, at the locked versions. The extra
# `record` is left out: it installs a large ffmpeg, and development uses the ffmpeg of the system.
# Uses uv if it is installed, else any Python from 3.11 on with its venv and pip.
set -eu
cd "$(dirname "$0")/.."

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if new_enough "$name"; then
            echo "$name"
            return
        fi
    done
    have=$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || echo none)
    echo "tikcast needs Python 3.11 or newer, but the version of python3 is: $have. Install Python (Debian 12 and later: apt-get install -y python3), or uv, then run make again." >&2
    exit 1
}

make_venv() {
    python=$(find_python)
    if ! "$python" -c 'from ensurepip import version' 2>/dev/null; then
        sh tools/system-packages.sh ":$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    fi
    "$python" -m venv --clear .venv
}

# Prints the package with the headers of Python if Python comes from the system and the headers are missing.
missing_headers() {
    .venv/bin/python -c 'import os, sys, sysconfig
if sys.base_prefix == "/usr" and not os.path.exists(sysconfig.get_path("include") + "/Python.h"):
    print(":python%d.%d-dev" % sys.version_info[:2])'
}

# The compiled reader makes decoding faster. Everything works without it.
compile_reader() {
    if ! .venv/bin/python hatch_build.py 2>/dev/null; then
        # shellcheck disable=SC2046 # one word or nothing
        sh tools/system-packages.sh --wanted cc:gcc cc:libc6-dev $(missing_headers) || true
        .venv/bin/python hatch_build.py || true
    fi
}

if uv --version >/dev/null 2>&1; then
    UV_PROJECT_ENVIRONMENT=.venv uv sync --quiet --frozen --all-extras --no-extra record --group dev
else
    new_enough .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1 || make_venv
    .venv/bin/python tools/locked.py .venv/requirements.txt .venv/constraints.txt
    .venv/bin/python -m pip install --quiet --disable-pip-version-check \
        --requirement .venv/requirements.txt --constraint .venv/constraints.txt
fi
compile_reader
.venv/bin/python -c 'import tikcast'
echo "Ready: .venv has tikcast and its development tools."
