#!/usr/bin/env bash
# Makes the demo recording: speaks dialogue.txt with two voices into meeting.mp3 and writes the
# transcript with the true times. The results are committed; run this only to change them.
#
# Needs: espeak-ng sox ffmpeg jq (apt-get install espeak-ng sox ffmpeg jq).
#
# Why MP3: it is the one codec that every major browser plays and seeks in on every system. Opus in
# Ogg fails in Safari before 18.4, and AAC fails in Chromium builds without licensed codecs. The bit
# rate is constant, so that a byte offset is a time and a browser seeks without an index.
set -euo pipefail
cd "$(dirname "$0")"

readonly rate=22050
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

voice_of() {
  case $1 in
    Mira) echo "-v en-gb-x-rp+f4 -p 58 -s 172 -a 85" ;;
    Jonas) echo "-v en-us+m7 -p 34 -s 165 -a 100" ;;
    *) echo "make_demo.sh: no voice for speaker '$1'" >&2 && return 1 ;;
  esac
}

# The milliseconds of a number of samples, rounded.
ms() { echo $((($1 * 1000 + rate / 2) / rate)); }

say() {  # SPEAKER TEXT FILE: speech with the silence at both ends cut off
  local options
  options=$(voice_of "$1")
  # shellcheck disable=SC2086  # the options are several words
  espeak-ng $options -w "$work/raw.wav" -- "$2"
  # soxi counts what was really written: espeak-ng streams and guesses the length in its header.
  sox -D --ignore-length "$work/raw.wav" -r $rate -c 1 -b 16 "$3" \
    silence 1 0.01 0.5% reverse silence 1 0.01 0.5% reverse
}

pause() {  # MILLISECONDS FILE
  sox -D -r $rate -n -c 1 -b 16 "$2" trim 0 "$(($1 * rate / 1000))s"
}

position=0 # in samples
number=0
gap_ms=600 # before the first word
parts=()
: >"$work/segments"
append() {
  parts+=("$1")
  position=$((position + $(soxi -s "$1")))
}

while IFS='|' read -r speaker text; do
  case $speaker in
    '') gap_ms=1200 && continue ;;
    '#'*) continue ;;
  esac
  number=$((number + 1))
  pause "$gap_ms" "$work/gap$number.wav"
  append "$work/gap$number.wav"
  say "$speaker" "$text" "$work/say$number.wav"
  start=$position
  append "$work/say$number.wav"
  jq -cn --argjson start_ms "$(ms "$start")" --argjson end_ms "$(ms "$position")" \
    --arg speaker "$speaker" --arg text "$text" '$ARGS.named' >>"$work/segments"
  gap_ms=450
done <dialogue.txt
pause 800 "$work/end.wav"
append "$work/end.wav"

sox -D "${parts[@]}" "$work/meeting.wav"
ffmpeg -v error -y -i "$work/meeting.wav" -ac 1 -codec:a libmp3lame -b:a 32k \
  -map_metadata -1 -fflags +bitexact -flags:a +bitexact -id3v2_version 3 \
  -metadata title="Harbour guide: launch planning" meeting.mp3

jq -s '{language: "en", segments: .}' "$work/segments" >transcript.json
jq --argjson duration_ms "$(ms "$position")" --argjson bytes "$(stat -c %s meeting.mp3)" \
  '.duration_ms = $duration_ms | .media[0].bytes = $bytes' recording.json >"$work/recording.json"
cp "$work/recording.json" recording.json

# The finished file is measured again: where the transcript says that someone starts or stops, the
# sound must do so, within 60 ms (the codec itself shifts the sound by up to 50).
ffmpeg -hide_banner -i meeting.mp3 -af silencedetect=noise=-42dB:duration=0.3 -f null - 2>&1 |
  sed -nE 's/.*silence_(start|end): ([0-9.]+).*/\1 \2/p' >"$work/silences"
jq -r '.segments[] | "end \(.start_ms)", "start \(.end_ms)"' transcript.json |
  while read -r edge at_ms; do
    awk -v edge="$edge" -v at="$at_ms" '
      $1 == edge { d = $2 * 1000 - at; if (d < 0) d = -d; if (best == "" || d < best) best = d }
      END { exit !(best != "" && best <= 60) }' "$work/silences" ||
      { echo "make_demo.sh: no edge of silence near $at_ms ms" >&2 && exit 1; }
  done
echo "meeting.mp3: $(stat -c %s meeting.mp3) bytes, $(ms "$position") ms, $number utterances"
