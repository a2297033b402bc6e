# shellcheck shell=bash disable=SC2034,SC2154
# Runs Vitrine beside the private PostgreSQL.

service_pid=''

port_is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

free_port() {  # FIRST
  local port=$1
  while port_is_taken "$port"; do
    port=$((port + 1))
    [ "$port" -le 65535 ] || fail "There is no free port from $1 on."
  done
  echo "$port"
}

# Sets `port`, `admin_port` and `url`.
choose_ports() {  # PORT ADMIN_PORT
  port=$(free_port "$1")
  admin_port=$(free_port "$2")
  [ "$port" != "$admin_port" ] || admin_port=$(free_port $((port + 1)))
  [ "$port" = "$1" ] || echo "  Port $1 is taken, so this uses $port."
  url=http://127.0.0.1:$port
}

# Runs vitrine with exactly these settings, whatever else the caller's environment holds.
vitrine() {
  env -i "${settings[@]}" "$vitrine_binary" "$@"
}

# How mails are sent is the caller's to say: there is no mail server here.
settings_of_mail() {
  local name
  for name in $(compgen -e VITRINE_SMTP_) $(compgen -e VITRINE_MAIL_); do
    settings+=("$name=${!name}")
  done
}

prepare_settings() {
  settings=(
    PATH="$PATH" LANG=C.UTF-8
    VITRINE_LISTEN="127.0.0.1:$port"
    VITRINE_ADMIN_LISTEN="127.0.0.1:$admin_port"
    VITRINE_DATABASE_URL="$(database_url)"
    VITRINE_PUBLIC_URL="$url"
    VITRINE_LINK_URL_TEMPLATE="$url/#{token}"
    VITRINE_ALLOW_INSECURE_LINKS=true
    VITRINE_ALLOW_PRIVATE_WEBHOOKS=true
    VITRINE_LINK_KEYS_FILE="$state/secrets/link-keys"
    VITRINE_MEDIA_STORE="local:$state/media"
  )
  settings_of_mail
}

# The same for whoever works with what runs here: `.vitrine/vitrine workspace list`.
write_command() {
  local words
  printf -v words '%q ' "${settings[@]}" "$vitrine_binary"
  printf '#!/usr/bin/env bash\nexec env -i %s"$@"\n' "$words" >"$state/vitrine"
  chmod 700 "$state/vitrine"
}

prepare_secrets() {
  [ -s "$state/secrets/link-keys" ] || vitrine link-keys init "$state/secrets/link-keys"
}

end_leftover_service() {
  local pid
  pid=$(cat "$state/run/vitrine.pid" 2>/dev/null || true)
  if [ -n "$pid" ] && [[ "$(readlink "/proc/$pid/exe" 2>/dev/null)" == "$vitrine_binary"* ]]; then
    kill -s TERM "$pid" 2>/dev/null || true
    wait_until 30 process_is_gone "$pid" || fail "Process $pid of an earlier run does not stop; end it."
  fi
}

start_service() {
  setsid setpriv --pdeathsig TERM env -i "${settings[@]}" "$vitrine_binary" serve \
    </dev/null >>"$state/logs/vitrine.log" 2>&1 9>&- &
  service_pid=$!
  echo "$service_pid" >"$state/run/vitrine.pid"
  wait_for_answer Vitrine "$service_pid" "$state/logs/vitrine.log" \
    curl -fsS -m 2 "http://127.0.0.1:$admin_port/readyz"
}

# Sets `exit_status` to what the service ended with.
stop_service() {
  if [ -n "$service_pid" ]; then
    end_process "$service_pid" TERM 30
    service_pid=''
    rm -f "$state/run/vitrine.pid"
  fi
}
