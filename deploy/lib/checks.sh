# shellcheck shell=bash
# What `make smoke` checks: the first share, from its registration to its end, one line per promise.

checks_passed=0
checks_failed=0

check() {  # "PROMISE" COMMAND…
  local promise=$1
  shift
  if "$@" >/dev/null 2>&1; then
    checks_passed=$((checks_passed + 1))
    printf '  %sok%s    %s\n' "$green" "$plain" "$promise"
  else
    checks_failed=$((checks_failed + 1))
    printf '  %sFAIL%s  %s\n' "$red" "$plain" "$promise"
    printf '        status %s: %s\n' "$status" "$(head -c 300 "$answer" | tr '\n' ' ')"
  fi
}

status_is() { [ "$status" = "$1" ]; }
answers() { jq -e "$@" "$answer"; }                       # JQ_FILTER…
header_is() { grep -qixF "$1"$'\r' "$state/run/answer.head"; }  # "Name: value"
problem_is() { status_is "$1" && header_is "Content-Type: application/problem+json" && answers ".code == \"$2\""; }

# Anyone's call: without the key of the owner.
call_public() {  # METHOD URL [curl options…]
  local method=$1 target=$2
  shift 2
  local options=(-X "$method")
  [ "$method" != HEAD ] || options=(-I)
  status=$(curl -sS -m 30 "${options[@]}" "$@" -D "$state/run/answer.head" -o "$answer" \
    -w '%{http_code}' "$target") || status=000
}

resolve() { call_public POST "$url/v1/resolve" --json "{\"token\":\"$1\"}"; }

notes_are_hidden() {
  answers '.panels | has("notes") | not' && ! grep -q 'exact hour' "$answer" &&
    ! grep -q 'mira@harbour.example' "$answer"
}

range_is_right() {  # FILE FIRST LENGTH
  cmp "$answer" <(tail -c +$(($2 + 1)) "$1" | head -c "$3")
}

head_tells() { header_is "Content-Length: $1" && header_is "Accept-Ranges: bytes"; }  # LENGTH
no_token_in_log() { grep -q resolveLink "$state/logs/vitrine.log" && ! grep -qF "$token" "$state/logs/vitrine.log"; }

check_management() {
  call_public GET "$url/v1/shares"
  check "without a key the list of shares is refused" problem_is 401 unauthenticated
  call GET "/v1/recordings/$recording_id"
  check "the recording can be read again" answers '.title == "Harbour guide: launch planning"'
  call PUT "/v1/recordings/$recording_id" "$state/run/recording.json"
  check "registering it again replaces it (200)" status_is 200
  call GET '/v1/recordings?page_size=1'
  check "the recording is listed" answers --arg id "$recording_id" '.items[0].id == $id'
  call GET /v1/shares
  check "the share is listed with its full link" \
    answers --arg id "$share_id" --arg link "$link" '.items[] | select(.id == $id) | .links[0].url == $link'
}

check_link() {  # PROJECT
  local first_words
  first_words=$(jq -r '.segments[0].text' "$1/deploy/demo/transcript.json")
  check "the token has 44 characters" test ${#token} = 44
  resolve "$token"
  check "the link opens" status_is 200
  check "it shows the transcript as it was given" \
    answers --arg words "$first_words" '.panels.transcript.segments[0].text == $words'
  check "it shows the summary" answers '.panels.summary.markdown | startswith("# Harbour guide")'
  check "it shows the comment of the sender" answers '.share.comments[0].at_ms == 39028'
  check "the hidden notes and the owner are not in the answer" notes_are_hidden
  check "the answer may not be stored" header_is "Cache-Control: no-store"
  media_url=$(jq -r '.media[0].url' "$answer" 2>/dev/null)
  resolve "A${token:1:20}AAA${token:24}"
  check "a forged token finds nothing" problem_is 404 link_not_found
}

check_media() {  # PROJECT
  local file=$1/deploy/demo/meeting.mp3 size
  size=$(stat -c %s "$file")
  call_public GET "$media_url"
  check "the audio behind the link is the recording, byte for byte" cmp "$answer" "$file"
  check "it is sent as audio/mpeg" header_is "Content-Type: audio/mpeg"
  call_public GET "$media_url" -H 'Range: bytes=1000-1999'
  check "a range of it is a partial answer (206)" status_is 206
  check "the range names its place" header_is "Content-Range: bytes 1000-1999/$size"
  check "the range holds the right bytes" range_is_right "$file" 1000 1000
  call_public HEAD "$media_url"
  check "HEAD tells the length and that ranges work" \
    head_tells "$size"
  call_public GET "${media_url/signature=/signature=A}"
  check "a media URL with another signature is refused" problem_is 403 media_signature_invalid
}

check_documents() {
  call_public GET "$url/docs"
  check "the documentation page is there" status_is 200
  call_public GET "$url/openapi.yaml"
  check "the OpenAPI document is there" grep -q '^openapi: 3.1' "$answer"
  call_public GET "$url/problems/link_revoked"
  check "a problem is explained at its own address" answers '.code == "link_revoked" and .status == 410'
  call_public GET "http://127.0.0.1:$admin_port/metrics"
  check "metrics are there, on the admin port" grep -q '^vitrine_' "$answer"
}

check_explanation() {
  call GET "/v1/shares/$share_id/explain"
  check "the owner is told why the link opens" \
    answers '.links[0] | .opens and .verdict == "open" and (.steps | length == 8)'
}

# Each of them once, in this order.
events_are() {  # TYPE…
  answers --arg types "$*" --arg id "$share_id" \
    '[.items[] | select(.data.share_id == $id) | .type] | join(" ") == $types'
}

check_events() {
  call GET '/v1/events?page_size=200'
  check "the feed has told of it, from its making to its end" \
    events_are share.created link.created comment.created share.revoked link.revoked
}

check_revocation() {
  call POST "/v1/shares/$share_id/revoke"
  check "the share can be revoked" answers '.state == "revoked" and .links[0].url == null'
  resolve "$token"
  check "the revoked link is gone for everyone" problem_is 410 link_revoked
  check "no token stands in the log" no_token_in_log
}

check_end() {
  local folder=$socket_dir database=$postgres_pid
  stop_service
  status=$exit_status
  check "SIGTERM ends the service with status 0" test "$exit_status" = 0
  stop_postgres
  check "PostgreSQL is gone too, and its socket" test ! -e "/proc/$database" -a ! -e "$folder"
}

run_checks() {  # PROJECT
  echo "Checking:"
  check_management
  check_link "$1"
  check_media "$1"
  check_documents
  check_explanation
  check_revocation
  check_events
  check_end
}
