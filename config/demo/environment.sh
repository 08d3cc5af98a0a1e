#!/bin/sh
# Makes .venv hold the packages of one lock file, e.g.: environment.sh requirements-demo.txt
# Without an argument: of the lock file that it was made from, as it is now; or else requirements.txt.
# Needs Python 3.12 or newer, or uv, which brings one. Does nothing when .venv is already right.
set -eu
cd "$(dirname "$0")/../.."
stamp=.venv/.requirements
lock=${1:-$(cat .venv/.requirements-name 2>/dev/null || echo requirements.txt)}
[ -x .venv/bin/python ] && cmp -s "$lock" "$stamp" && exit 0
# The packages for development include those of the demo.
[ "$lock" = requirements-demo.txt ] && [ -x .venv/bin/python ] && cmp -s requirements-dev.txt "$stamp" && exit 0

home=$(getent passwd "$(id -u)" 2>/dev/null | cut -d: -f6)
home=${home:-$HOME}

works() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1; }

find_python() {
    for candidate in ${PYTHON:-} python3.13 python3.12 python3 python \
        "$home"/.pyenv/versions/3.13*/bin/python "$home"/.pyenv/versions/3.1[2-9]*/bin/python \
        /usr/local/bin/python3 /opt/python*/bin/python3; do
        if works "$candidate"; then echo "$candidate"; return; fi
    done
}

find_uv() {
    for candidate in uv "$home"/.local/bin/uv "$home"/.cargo/bin/uv "$home"/.pyenv/versions/*/bin/uv; do
        if "$candidate" --version >/dev/null 2>&1; then echo "$candidate"; return; fi
    done
}

# Trust what the system trusts, e.g. a mirror with a certificate of one's own.
export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-1}" UV_NATIVE_TLS="${UV_NATIVE_TLS:-1}"
python=$(find_python)
uv=$(find_uv)
if [ -z "$python" ] && [ -z "$uv" ]; then
    echo "commonplan: needs Python 3.12 or newer with its venv module, or uv; found" \
        "$(python3 --version 2>/dev/null || echo 'no python3')." \
        "Install one of them (on Debian: python3 and python3-venv), then try again." >&2
    exit 1
fi

make_with_uv() {
    [ -n "$uv" ] || return 1
    [ -x .venv/bin/python ] || "$uv" venv --quiet --python "${python:-3.13}" .venv || return 1
    "$uv" pip install --quiet --python .venv/bin/python --require-hashes -r "$lock"
}

make_with_pip() {
    [ -x .venv/bin/python ] || "$python" -m venv .venv || return 1
    .venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip >/dev/null
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
}

# An environment of another machine or a half-made one cannot be repaired, only made again.
[ ! -e .venv ] || .venv/bin/python -c '' 2>/dev/null || rm -rf .venv
echo "commonplan: installing the packages of $lock into .venv …" >&2
if ! make_with_uv; then
    [ -n "$python" ] || { echo "commonplan: uv could not make .venv; its reason is above." >&2; exit 1; }
    [ -z "$uv" ] || echo "commonplan: uv did not succeed; trying pip." >&2
    make_with_pip || { echo "commonplan: pip could not install $lock; its reason is above." >&2; exit 1; }
fi
# Where Python may not write its compiled files, each process of the demo would spend seconds on compiling.
if [ -n "${PYTHONDONTWRITEBYTECODE:-}" ]; then
    .venv/bin/python -m compileall -qq -j 0 .venv/lib 2>/dev/null || true # some packages ship templates, not Python
fi
echo "$lock" >.venv/.requirements-name
cp "$lock" "$stamp"
