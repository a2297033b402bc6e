# shellcheck shell=bash disable=SC2034
# How the scripts talk: one line per step with what it does and how long it took; the output of long
# commands goes to a log, which is shown when the command fails.

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
  bold=$'\e[1m' red=$'\e[31m' green=$'\e[32m' plain=$'\e[0m'
else
  bold='' red='' green='' plain=''
fi

fail() {
  printf '%s%s%s\n' "$red" "$*" "$plain" >&2
  exit 1
}

seconds_since() {  # EPOCHREALTIME → "12.3 s"
  local us=$((${EPOCHREALTIME/[.,]/} - ${1/[.,]/}))
  printf '%d.%d s' $((us / 1000000)) $((us % 1000000 / 100000))
}

# How far a running command is: ninja's counter, or the last line it wrote.
progress_of() {  # LOG
  local tail_text counter
  tail_text=$(tail -c 2000 "$1" 2>/dev/null | tr '\r' '\n')
  counter=$(grep -oE '^\[[0-9]+/[0-9]+\]' <<<"$tail_text" | tail -n 1)
  echo "${counter:-$(tail -n 1 <<<"$tail_text" | cut -c 1-50)}"
}

# Runs a command with its output in a log. Shows that it is alive: on a terminal by a line that
# changes, elsewhere by a new line every 15 seconds.
step() {  # "WHAT IT DOES" LOG COMMAND…
  local what=$1 log=$2 began=$EPOCHREALTIME pid status=0 ticks=0
  shift 2
  : >"$log"
  # A process group of its own: `end_step` can end all of it, and Ctrl-C reaches this script alone.
  set -m
  "$@" </dev/null >>"$log" 2>&1 9>&- &
  pid=$!
  set +m
  running_step=$pid
  while kill -0 "$pid" 2>/dev/null; do
    if [ -t 1 ]; then
      printf '\r\e[K  %s … %s %s' "$what" "$(seconds_since "$began")" "$(progress_of "$log")"
    elif [ $ticks = 5 ]; then
      printf '  %s …\n' "$what"
    elif [ $((ticks % 75)) = 74 ]; then
      printf '    %s %s\n' "$(seconds_since "$began")" "$(progress_of "$log")"
    fi
    ticks=$((ticks + 1))
    sleep 0.2
  done
  wait "$pid" || status=$?
  running_step=''
  [ ! -t 1 ] || printf '\r\e[K'
  if [ $status != 0 ]; then
    printf '%s  %s: failed after %s%s\n' "$red" "$what" "$(seconds_since "$began")" "$plain" >&2
    printf '  The end of %s:\n' "$log" >&2
    tail -n 40 "$log" | sed 's/^/    /' >&2
    return $status
  fi
  printf '  %s: %s\n' "$what" "$(seconds_since "$began")"
}

end_step() {
  [ -z "${running_step:-}" ] || kill -s TERM -- "-$running_step" 2>/dev/null || true
}

# The same for something quick that sets variables of this script.
quick_step() {  # "WHAT IT DOES" FUNCTION…
  local what=$1 began=$EPOCHREALTIME
  shift
  "$@"
  printf '  %s: %s\n' "$what" "$(seconds_since "$began")"
}

# Waits until a command succeeds, at most so many seconds.
wait_until() {  # SECONDS COMMAND…
  local deadline=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $deadline ] || return 1
    sleep 0.1
  done
}

# Waits until a process that was just started answers; fails with the end of its log.
wait_for_answer() {  # NAME PID LOG COMMAND…
  local name=$1 pid=$2 log=$3 deadline=$((SECONDS + 60))
  shift 3
  until "$@" >/dev/null 2>&1; do
    if process_is_gone "$pid" || [ $SECONDS -ge $deadline ]; then
      fail "$name did not start. The end of $log:"$'\n'"$(tail -n 10 "$log")"
    fi
    sleep 0.1
  done
}

# Ends a process that this script started, and waits for its end; sets `exit_status`.
end_process() {  # PID SIGNAL SECONDS
  local pid=$1 signal=$2 limit=$3
  exit_status=0
  kill -s "$signal" "$pid" 2>/dev/null || true
  if ! wait_until "$limit" process_is_gone "$pid"; then
    kill -s KILL "$pid" 2>/dev/null || true
  fi
  wait "$pid" 2>/dev/null || exit_status=$?
}

# A child that ended stays a zombie until it is waited for.
process_is_gone() {
  local state
  state=$(sed -E 's/.*\) (.).*/\1/' "/proc/$1/stat" 2>/dev/null) || return 0
  [ -z "$state" ] || [ "$state" = Z ]
}
