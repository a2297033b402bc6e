# shellcheck shell=bash disable=SC2154
# The suites, and how one is run and counted. Read by tests/run.

pytest=(/usr/bin/python3 -m pytest -q -p no:cacheprovider)
suite_seconds=1200  # the longest takes seven minutes
total_passed=0
total_failed=0

number_of() { grep -oE "[0-9]+ $2" <<<"$1" | grep -oE '[0-9]+' || echo 0; }  # LINE WORD

# The counts that pytest or Catch2 print at their end, as `passed failed skipped`.
counts_of() {  # LOG
  local line
  line=$(grep -E '^=* ?([0-9]+ [a-z]+, )*[0-9]+ (passed|failed|skipped|errors?)[, a-z0-9]* in [0-9.]+s' "$1" | tail -n 1 || true)
  if [ -n "$line" ]; then
    echo "$(number_of "$line" passed)" \
      "$(($(number_of "$line" failed) + $(number_of "$line" 'errors?')))" \
      "$(number_of "$line" skipped)"
    return
  fi
  line=$(grep -E '^(test cases:|All tests passed)' "$1" | tail -n 1 || true)
  case $line in
    'All tests'*) echo "$(sed -E 's/.* in ([0-9]+) test.*/\1/' <<<"$line") 0 0" ;;
    'test cases:'*) echo "$(number_of "$line" passed) $(number_of "$line" failed) 0" ;;
    *) echo "0 0 0" ;;
  esac
}

# Runs a suite and prints its line. A suite that fails or hangs never stops the others; one that is
# interrupted still says in which test.
suite() {  # NAME COMMAND…
  local name=$1 log suite_began=$EPOCHREALTIME status=0 passed failed skipped note
  shift
  log=build/test-logs/$(tr -c 'a-zA-Z0-9_\n' '-' <<<"$name").log
  [ ! -t 1 ] || printf '  …     %s' "$name"
  [ "$(type -t "$1")" = function ] ||
    set -- timeout --foreground --signal=INT --kill-after=60 "$suite_seconds" "$@"
  "$@" </dev/null >"$log" 2>&1 || status=$?
  [ $status != 124 ] || echo "ended after $suite_seconds s" >>"$log"
  [ ! -t 1 ] || printf '\r\e[K'
  read -r passed failed skipped < <(counts_of "$log")
  if [ $status = 0 ] && [ $((passed + failed + skipped)) = 0 ]; then passed=1; fi
  # A crash, or an error outside the tests, is a failure although nothing counted it.
  if [ $status != 0 ] && [ "$failed" = 0 ]; then failed=1; fi
  total_passed=$((total_passed + passed))
  total_failed=$((total_failed + failed))
  note="$passed passed"
  [ "$skipped" = 0 ] || note+=", $skipped skipped"
  if [ $status = 0 ]; then
    printf '  %spass%s  %-28s %9s  %s\n' "$green" "$plain" "$name" "$(seconds_since "$suite_began")" "$note"
  else
    printf '  %sFAIL%s  %-28s %9s  %s, %s failed; the end of %s:\n' "$red" "$plain" "$name" \
      "$(seconds_since "$suite_began")" "$note" "$failed" "$log"
    tail -n 25 "$log" | sed 's/^/        /'
  fi
}

summary() {
  echo "$total_passed passed, $total_failed failed"
  [ "$total_failed" = 0 ] && [ "$total_passed" != 0 ]
}

build_preset() {  # PRESET [COMMAND_PREFIX…]
  local preset=$1
  shift
  cmake --preset "$preset" --fresh -DVITRINE_TESTS=ON &&
    "$@" ninja -C "build/$preset" -j "$(build_jobs)"
}

# Each build leaves its status in a file: this runs in the background, in a session of its own. Linux
# may share its processors among sessions first (sched_autogroup), and a server that a test starts is
# one: nice says nothing to it unless the session is niced.
build_sanitizers() {
  local preset status
  echo 19 >/proc/self/autogroup || true
  for preset in debug tsan; do
    status=0
    build_preset "$preset" nice -n 19 || status=$?
    echo "$status" >"build/test-logs/build-$preset.status"
  done
}

wait_for_sanitizers() {
  while [ ! -e build/test-logs/build-tsan.status ] && kill -0 "$sanitizers" 2>/dev/null; do
    tail -n 1 build/test-logs/build-sanitizers.log
    sleep 1
  done
}

# The Catch2 programs of a build: tests/CMakeLists.txt decides which there are.
cpp_suites() {  # PRESET [SUFFIX]
  local program found=no
  for program in "build/$1/tests"/unit_* "build/$1/tests/integration"; do
    if [ -f "$program" ] && [ -x "$program" ]; then
      found=yes
      suite "${program##*/}${2:-}" env VITRINE_BUILD="$project/build/$1" "$program"
    fi
  done
  [ $found = yes ] || suite "C++ suites${2:-}" false
}

python_suites() {  # PRESET
  local name
  for name in contract black_box fault edge strictness; do
    suite "$name" env VITRINE_BUILD="$project/build/$1" "${pytest[@]}" "tests/$name"
  done
}

# Every C++ suite again, and the edge with its threads.
sanitized_suites() {  # PRESET
  if [ "$(cat "build/test-logs/build-$1.status")" != 0 ]; then
    suite "build ($1)" sh -c 'tail -n 40 build/test-logs/build-sanitizers.log; exit 1'
    return
  fi
  cpp_suites "$1" " ($1)"
  suite "edge ($1)" env VITRINE_BUILD="$project/build/$1" "${pytest[@]}" tests/edge
}
