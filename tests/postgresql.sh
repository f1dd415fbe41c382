#!/bin/sh
# tests/postgresql.sh run COMMAND...
#
# Brings up a private PostgreSQL cluster in a temporary directory, on a free port of the loopback interface, runs
# COMMAND with NOTESS_TEST_POSTGRES set to its URL and PRIVATE_POSTGRES_DIR to that directory, and removes it again,
# however COMMAND ends. As root the servers run as the user postgres; anybody else runs them himself, or as postgres
# through sudo where his files cannot be used. With SLOW_FLUSH set in the environment each flush of the server takes as many
# microseconds longer as the file says that COMMAND is given as SLOW_FLUSH, and SLOW_FLUSH_LIBRARY does the same to whatever
# COMMAND preloads it into.
#
# tests/postgresql.sh kill|start|freeze|thaw|standby|promote DIR
# tests/postgresql.sh freeze|thaw DIR PID
#
# What tests do to such a cluster: end it as a crash would, start it again, stop all its processes where they are
# (SIGSTOP), or one of them, let them go on; give it a synchronous standby, which is a cluster in DIR/standby, and whose port is
# printed; make
# that a primary (with DIR/standby as DIR).
set -eu

case "${1-} $#" in
    run\ [01]) set -- ;;
    run\ * | kill\ 2 | start\ 2 | freeze\ [23] | thaw\ [23] | standby\ 2 | promote\ 2) ;;
    *) set -- ;;
esac
if [ $# = 0 ]; then
    echo "usage: $0 run COMMAND... | kill|start|freeze|thaw|standby|promote DIR | freeze|thaw DIR PID" >&2
    exit 2
fi
task=$1
shift

bin=
for found in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin; do
    if [ -x "$found/initdb" ]; then bin=$found; fi
done
if [ -z "$bin" ]; then
    initdb=$(command -v initdb || true)
    if [ -z "$initdb" ]; then
        echo "$0: no PostgreSQL server found (Debian: apt-get install postgresql)" >&2
        exit 1
    fi
    bin=$(dirname "$(readlink -f "$initdb")")
fi

if [ "$(id -u)" = 0 ]; then
    as() { runuser -u postgres -- "$@"; }
elif [ -x "$bin/postgres" ]; then
    as() { "$@"; }
else
    as() { sudo -n -u postgres -- "$@"; }
fi

# signal DIR SIGNAL [PID]: to all processes of the cluster, or to one.
signal() {
    if [ -n "${3-}" ]; then as kill "-$2" "$3"; return; fi
    server=$(as head -n 1 "$1/data/postmaster.pid")
    for process in $server $(cat "/proc/$server/task/$server/children"); do as kill "-$2" "$process" || true; done
}

# start DIR SEED: starts the cluster of DIR on a free port, which is `port` from then on. Nobody can tell a free port for
# sure: one that turns out to be taken is tried again with another.
start() {
    tries=0
    until [ "$tries" -ge 20 ]; do
        port=$((20000 + ($2 * 7 + tries * 997) % 12000))
        options="-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$1 -c max_connections=300 -c fsync=on"
        if (cd / && as env LD_PRELOAD="${preloaded-}" SLOW_FLUSH="${SLOW_FLUSH-}" "$bin/pg_ctl" --pgdata "$1/data" \
            --log "$1/log" --wait --silent start --options "$options" >/dev/null 2>&1); then
            echo "$options" | as tee "$1/options" >/dev/null
            return
        fi
        tries=$((tries + 1))
    done
    echo "$0: the server does not start:" >&2
    as cat "$1/log" >&2
    exit 1
}

case $task in
    kill)
        (cd / && as "$bin/pg_ctl" --pgdata "$1/data" --mode immediate --wait --silent stop)
        exit
        ;;
    start)
        # shellcheck disable=SC2024
        (cd / && as "$bin/pg_ctl" --pgdata "$1/data" --log "$1/log" --wait --silent start \
            --options "$(as cat "$1/options")" >/dev/null 2>&1)
        exit
        ;;
    freeze)
        signal "$1" STOP "${2-}"
        exit
        ;;
    thaw)
        signal "$1" CONT "${2-}"
        exit
        ;;
    promote)
        (cd / && as "$bin/pg_ctl" --pgdata "$1/data" --wait --silent promote)
        exit
        ;;
    standby)
        standby=$1/standby
        primary=$(as cat "$1/options" | sed 's/^-p \([0-9]*\) .*/\1/')
        as mkdir "$standby"
        (cd / && as "$bin/pg_basebackup" --pgdata "$standby/data" --host 127.0.0.1 --port "$primary" --username postgres \
            --checkpoint fast --write-recovery-conf)
        start "$standby" "$primary"
        (cd / && as "$bin/psql" --host 127.0.0.1 --port "$primary" --username postgres --quiet \
            --command "alter system set synchronous_standby_names = '*'" --command 'select pg_reload_conf()' >/dev/null)
        echo "$port"
        exit
        ;;
    run) ;;
esac

dir=$(cd / && as mktemp -d /tmp/notess-postgresql.XXXXXX)
child=
slow=

stop() {
    trap - EXIT HUP INT TERM
    if [ -n "$child" ]; then kill -TERM "$child" 2>/dev/null || true; fi
    for cluster in "$dir/standby" "$dir"; do
        if as test -f "$cluster/data/postmaster.pid"; then signal "$cluster" CONT 2>/dev/null || true; fi
        (cd / && as "$bin/pg_ctl" --pgdata "$cluster/data" --mode immediate --silent stop 2>/dev/null) || true
    done
    as rm -rf "$dir"
    if [ -n "$slow" ]; then rm -rf "$slow"; fi
}
trap stop EXIT
trap 'stop; exit 129' HUP
trap 'stop; exit 130' INT
trap 'stop; exit 143' TERM

(cd / && as "$bin/initdb" --pgdata "$dir/data" --username postgres --auth trust --encoding UTF8 --locale C.UTF-8 \
    >/dev/null)

preloaded=
if [ -n "${SLOW_FLUSH-}" ]; then
    slow=$(mktemp -d /tmp/notess-slow-flush.XXXXXX)
    sh "$(dirname "$(readlink -f "$0")")/slow_flush/build.sh" "$slow"
    SLOW_FLUSH=$slow/micros
    SLOW_FLUSH_LIBRARY=$slow/flush.so
    echo 0 >"$SLOW_FLUSH"
    export SLOW_FLUSH SLOW_FLUSH_LIBRARY
    preloaded=$SLOW_FLUSH_LIBRARY
fi

start "$dir" $$

NOTESS_TEST_POSTGRES="postgres://postgres@127.0.0.1:$port/postgres"
PRIVATE_POSTGRES_DIR=$dir
export NOTESS_TEST_POSTGRES PRIVATE_POSTGRES_DIR

# In the background, so that a signal to this script is acted upon while COMMAND runs; with the input of this script, in
# whose place shells put nothing.
exec 3<&0
"$@" <&3 3<&- &
child=$!
status=0
wait "$child" || status=$?
child=
exit "$status"
