#!/bin/sh
# tests/slow_flush/build.sh DIR
#
# Builds DIR/flush.so, which makes each flush to the disk of a program that it is preloaded into take longer (flush.c).
set -eu

[ $# = 1 ] || { echo "usage: $0 DIR" >&2; exit 2; }
here=$(dirname "$(readlink -f "$0")")
mkdir -p "$1"
cc -O2 -Wall -Wextra -Werror -shared -fPIC -o "$1/flush.so" "$here/flush.c" -ldl
# A server that runs as somebody else loads it too.
chmod 755 "$1" "$1/flush.so"
