# shellcheck shell=bash
# A private PostgreSQL: its data in the state, reachable by a unix socket only.

readonly pg_bin=/usr/lib/postgresql/15/bin
postgres_pid=''

database_url() { echo "postgresql:///vitrine?host=$socket_dir&user=vitrine"; }

# What a run that was killed left: its database may still be running. Called under the lock.
end_leftover_postgres() {
  local data=$state/postgres/data pid
  if [ -s "$data/postmaster.pid" ]; then
    pid=$(head -n 1 "$data/postmaster.pid")
    if [ "$(readlink "/proc/$pid/cwd" 2>/dev/null)" = "$data" ]; then
      echo "  An earlier run was killed; its database is being stopped."
      kill -s INT "$pid" 2>/dev/null || true
      wait_until 30 process_is_gone "$pid" ||
        fail "The database of an earlier run (process $pid) does not stop; end it and try again."
    fi
    # Its process number may belong to a stranger by now, which would keep PostgreSQL from starting.
    rm -f "$data/postmaster.pid"
  fi
  remove_socket_dir "$(cat "$state/run/socket_dir" 2>/dev/null || true)"
}

remove_socket_dir() {
  case $1 in
    /tmp/vitrine-pg.*) rm -rf "$1" ;;
  esac
}

# The data is made beside its place and moved there whole, so that half of it is never taken for all.
create_cluster() {
  local data=$state/postgres/data fresh=$state/postgres/data.new
  rm -rf "$fresh" "$data"
  as_database_user "$pg_bin/initdb" -D "$fresh" -U vitrine --auth=trust --encoding=UTF8 \
    --locale=C.UTF-8 --no-instructions &&
    mv "$fresh" "$data"
}

# The socket's path must be short (107 bytes), and the state's may be long. Only the database's user
# and root may enter the folder, which is what makes `trust` safe.
start_postgres() {
  local data=$state/postgres/data
  local drop=(setpriv)
  [ "$(cat "$data/PG_VERSION")" = 15 ] ||
    fail "$data belongs to PostgreSQL $(cat "$data/PG_VERSION"), and this needs 15. Remove $state to start anew."
  socket_dir=$(mktemp -d /tmp/vitrine-pg.XXXXXX)
  echo "$socket_dir" >"$state/run/socket_dir"
  if [ "$(id -u)" = 0 ]; then
    chown "$db_user" "$socket_dir"
    drop+=(--reuid="$db_user" --regid="$(id -g "$db_user")" --init-groups)
  fi
  # In a session of its own, so that Ctrl-C reaches this script alone; and told to stop (SIGINT is a
  # fast shutdown) should this script be killed.
  setsid "${drop[@]}" --pdeathsig INT "$pg_bin/postgres" -D "$data" -k "$socket_dir" \
    -c listen_addresses= -c unix_socket_permissions=0700 -c max_connections=50 \
    </dev/null >>"$state/logs/postgres.log" 2>&1 9>&- &
  postgres_pid=$!
  wait_for_answer PostgreSQL "$postgres_pid" "$state/logs/postgres.log" \
    "$pg_bin/pg_isready" -q -h "$socket_dir"
  create_database
}

psql_here() { "$pg_bin/psql" -XqtA -v ON_ERROR_STOP=1 -h "$socket_dir" -U vitrine "$@"; }

create_database() {
  local found
  found=$(psql_here -d postgres -c "SELECT 1 FROM pg_database WHERE datname = 'vitrine'")
  [ -n "$found" ] || psql_here -d postgres -c 'CREATE DATABASE vitrine'
}

stop_postgres() {
  if [ -n "$postgres_pid" ]; then
    end_process "$postgres_pid" INT 30
    postgres_pid=''
    remove_socket_dir "$socket_dir"
    rm -f "$state/run/socket_dir"
  fi
}
