# shellcheck shell=bash
# Registers the demo recording, shares it, and shows what to do with the link.

readonly recording_id=harbour-guide-launch
readonly media_key=harbour-guide/meeting.mp3

# The answer's status goes to `status`, its body to the file `answer`.
call() {  # METHOD PATH [JSON_FILE]
  local body=()
  [ -z "${3:-}" ] || body=(-H 'Content-Type: application/json' --data-binary "@$3")
  status=$(curl -sS -m 30 -X "$1" -H "@$state/secrets/authorization" "${body[@]}" \
    -D "$state/run/answer.head" -o "$answer" -w '%{http_code}' "$url$2") || status=000
}

expect() {  # WHAT STATUS…
  local what=$1
  shift
  [[ " $* " == *" $status "* ]] ||
    fail "$what: expected status $*, got $status: $(head -c 500 "$answer")"
}

# A workspace and an API key, kept for the next run. The header file lets curl send the key without
# showing it in the list of processes.
prepare_api_key() {
  local workspace key
  answer=$state/run/answer
  if [ -s "$state/secrets/authorization" ]; then
    call GET '/v1/shares?page_size=1'
    [ "$status" != 200 ] || return 0
  fi
  workspace=$(vitrine workspace create demo --json | jq -er .id) || fail "No workspace was made."
  key=$(vitrine key create --workspace "$workspace" --name demo --json \
    --scopes recordings:read,recordings:write,shares:read,shares:write,policy:read,policy:write,keys:admin,events:read,webhooks:read,webhooks:write | jq -er .key) ||
    fail "No API key was made."
  (umask 077 && echo "Authorization: Bearer $key" >"$state/secrets/authorization")
  rm -f "$state/run/share"
}

prepare_demo() {  # PROJECT
  prepare_api_key
  register_demo "$1"
}

register_demo() {  # PROJECT
  local demo=$1/deploy/demo
  mkdir -p "$state/media/${media_key%/*}"
  cmp -s "$demo/meeting.mp3" "$state/media/$media_key" ||
    cp "$demo/meeting.mp3" "$state/media/$media_key"
  jq --slurpfile transcript "$demo/transcript.json" --rawfile summary "$demo/summary.md" \
    --rawfile notes "$demo/notes.md" \
    '.panels = {transcript: $transcript[0], summary: {markdown: $summary}, notes: {markdown: $notes}}' \
    "$demo/recording.json" >"$state/run/recording.json"
  call PUT "/v1/recordings/$recording_id" "$state/run/recording.json"
  expect "Registering the demo recording" 200 201
}

# The sender's note at a moment of the recording. Leaves `answer` as it was.
comment_demo() {  # SHARE_ID
  local share=$answer
  answer=$state/run/comment
  jq -n '{body: "From here on we decide on the languages.", at_ms: 39028, author: "Mira"}' >"$state/run/comment.json"
  call POST "/v1/shares/$1/comments" "$state/run/comment.json"
  expect "Leaving a comment" 201
  answer=$share
}

# Sets `share_id`, `link` and `token`. A second run shows the link of the first while it lives.
share_demo() {
  share_id=$(cat "$state/run/share" 2>/dev/null || true)
  if [ -n "$share_id" ]; then
    call GET "/v1/shares/$share_id"
  fi
  if [ -z "$share_id" ] || ! jq -e '.state == "active" and .links[0].url != null' "$answer" >/dev/null 2>&1; then
    jq -n --arg recording_id "$recording_id" '{$recording_id, label: "made by make run",
      visibility: {transcript: true, summary: true, notes: false, download: true},
      expires_in: "30d"}' >"$state/run/share.json"
    call POST /v1/shares "$state/run/share.json"
    expect "Sharing the demo recording" 201
    comment_demo "$(jq -er .id "$answer")"
  fi
  share_id=$(jq -er .id "$answer")
  link=$(jq -er '.links[0].url' "$answer")
  token=${link##*#}
  echo "$share_id" >"$state/run/share"
}

show_link() {
  local authorization command seconds
  printf -v command '%q' "$state/vitrine"
  printf -v authorization '%q' "@$state/secrets/authorization"
  seconds=$(jq '.duration_ms / 1000 | floor' "$state/run/recording.json")
  cat <<TEXT

${bold}A recording is shared.${plain} Mira and Jonas plan a launch for $seconds seconds; whoever has the link may hear
them, read the transcript, the summary and a comment, and download the audio. The notes stay hidden.

  The link        ${bold}$link${plain}
  API document    ${bold}$url/docs${plain}   (open it in a browser)

What follows # in the link is its token. A viewer page, which is yours to make, sends it to
/v1/resolve and gets all that the recipient may see. Paste these into another terminal:

${bold}# Open the link as its recipient${plain}
curl -s $url/v1/resolve --json '{"token":"$token"}' | jq

${bold}# Fetch the audio behind it as meeting.mp3, then play that${plain}
curl -s $url/v1/resolve --json '{"token":"$token"}' | jq -r '.media[0].url' | xargs curl -so meeting.mp3

${bold}# List what is shared, as its owner${plain}
curl -s -H $authorization $url/v1/shares | jq

${bold}# Run an operator's command: workspaces and their policies, keys, viewers' issuers (--help has all)${plain}
$command workspace list

${bold}# Ask why it opens, or does not, step by step${plain}
curl -s -H $authorization $url/v1/shares/$share_id/explain | jq

${bold}# Watch what happens; what you do in other terminals appears here, until Ctrl-C${plain}
curl -N -H $authorization -H 'Accept: text/event-stream' $url/v1/events

${bold}# Revoke it; from then on the first line says link_revoked${plain}
curl -s -H $authorization -X POST $url/v1/shares/$share_id/revoke | jq .state

State: $state (remove it to start anew). Requests are logged in logs/vitrine.log there.
Metrics: http://127.0.0.1:$admin_port/metrics. ${bold}Serving until Ctrl-C.${plain}
TEXT
}
