#!/bin/sh
# Makes .venv with Python 3.11 or newer, and installs requirements/$1.txt there when that file has changed.
# Usage, from the top of the tree: sh config/embedded/venv.sh demo|test
set -eu
wanted=$1
lock=requirements/$wanted.txt
installed=.venv/$wanted.installed.txt
needed_mb=700

fail() {
    echo "$1" >&2
    exit 1
}

fits() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11 python; do
        if fits "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    fail "Trạm needs Python 3.11 or newer and finds none on the PATH; install it, or name one: make PYTHON=/path/to/python3."
}

if [ -f "$installed" ] && cmp -s "$lock" "$installed" && fits .venv/bin/python; then
    exit 0
fi

free_mb=$(($(df -Pk . | awk 'NR == 2 { print $4 }') / 1024))
[ "$free_mb" -ge "$needed_mb" ] ||
    fail "Only $free_mb MB are free on this disk and the Python packages need $needed_mb MB; make room and run it again."

if ! fits .venv/bin/python; then
    python=$(find_python)
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        fail "$python cannot make virtual environments; install its venv package (Debian and Ubuntu: apt-get install python3-venv)."
    rm -rf .venv
    echo "Making .venv with $("$python" --version) …"
    "$python" -m venv .venv || fail "$python could not make .venv; its own message stands above."
fi

echo "Installing requirements/$wanted.txt …"
.venv/bin/python -m pip install --no-compile --quiet --disable-pip-version-check --no-input --require-hashes -r "$lock" ||
    fail "The packages of $lock could not be installed; pip's own message stands above."
cp "$lock" "$installed"
