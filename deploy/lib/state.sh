# shellcheck shell=bash
# Where a run keeps what it must remember: the database, the keys, a copy of the media, the logs.
#
#   postgres/   data of the private PostgreSQL, owned by the user it runs as
#   secrets/    link keys and the API key, for the owner alone
#   media/      the folder that Vitrine serves media from
#   logs/       one file per program
#   run/        process ids, and the path of the database's socket

# PostgreSQL refuses to run as root: then it runs as the owner of its data, or as `postgres`.
database_user() {  # STATE
  local owner
  if [ "$(id -u)" != 0 ]; then
    id -un
    return
  fi
  owner=$(stat -c %U "$1/postgres" 2>/dev/null || true)
  case $owner in
    '' | root | UNKNOWN) echo postgres ;;
    *) echo "$owner" ;;
  esac
}

as_database_user() {
  if [ "$(id -u)" = 0 ]; then
    setpriv --reuid="$db_user" --regid="$(id -g "$db_user")" --init-groups -- "$@"
  else
    "$@"
  fi
}

# Makes the folders and succeeds when this user and the database's user can work there.
prepare_state() {  # STATE
  db_user=$(database_user "$1")
  mkdir -p "$1/postgres" "$1/secrets" "$1/media" "$1/logs" "$1/run" 2>/dev/null || return 1
  [[ -w $1/run && -w $1/secrets && -w $1/logs && -w $1/media ]] || return 1
  chmod 711 "$1" 2>/dev/null || return 1
  chmod 700 "$1/secrets" "$1/postgres" 2>/dev/null || return 1
  if [ "$(id -u)" = 0 ]; then
    chown "$db_user" "$1/postgres" 2>/dev/null || return 1
  fi
  as_database_user test -w "$1/postgres" 2>/dev/null
}

# Sets `state` and `db_user`; says so when the state is not in the project's folder.
choose_state() {  # PROJECT
  local hash elsewhere why
  state=$1/.vitrine
  if prepare_state "$state"; then
    return
  fi
  rmdir "$state"/* "$state" 2>/dev/null || true
  hash=$(printf '%s' "$1" | sha256sum | cut -c 1-12)
  if [ "$(id -u)" = 0 ]; then
    elsewhere=/var/lib/vitrine-demo/$hash
    why="the user '$db_user', whom PostgreSQL runs as, cannot work in this folder"
  else
    elsewhere=${XDG_STATE_HOME:-${HOME:-/tmp}/.local/state}/vitrine-demo/$hash
    why="you cannot write in $state"
  fi
  state=$elsewhere
  if ! { mkdir -p "${state%/*}" && chmod 711 "${state%/*}" && prepare_state "$state"; }; then
    fail "There is no place for the state: neither $1/.vitrine nor $state can be used."
  fi
  state=$(realpath "$state")
  echo "  The state is in $state, because $why."
}

# What root made in another user's folders goes to that user, who could not go on otherwise.
hand_back() {  # PROJECT
  [ "$(id -u)" = 0 ] || return 0
  chown -R --reference="$1" "$1/build"
  if [ -d "$state" ]; then
    chown -R --reference="$state" "$state/logs" "$state/media" "$state/run" "$state/secrets"
  fi
}

# Only one run may use a state. The lock goes with this process, however it ends.
lock_state() {
  exec 9>"$state/run/lock"
  flock --nonblock 9 ||
    fail "Another 'make run' is using $state (process $(cat "$state/run/owner" 2>/dev/null)). Stop it first."
  echo $$ >"$state/run/owner"
}
