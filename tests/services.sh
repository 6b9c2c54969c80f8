#!/usr/bin/env bash
# What the tests need beside .NET: a PostgreSQL, a Redis, a RabbitMQ, an OpenSSH, a Prometheus and a Chromium from the distribution's packages; a Tryton and a
# receiver of OTLP by their own scripts.
#   services.sh install | start FOLDER (prints exports) | tryton FOLDER (the same, and takes minutes) | stop FOLDER
set -euo pipefail
beside="$(cd "$(dirname "$0")/.." && pwd)/../shared/real"

install() {
  local missing=()
  ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing+=(postgresql)
  command -v chromium >/dev/null 2>&1 || missing+=(chromium fonts-dejavu-core)
  command -v redis-server >/dev/null 2>&1 || missing+=(redis-server)
  [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || missing+=(rabbitmq-server)
  [ -x /usr/sbin/sshd ] || missing+=(openssh-server openssh-sftp-server openssh-client)
  { command -v prometheus && command -v promtool; } >/dev/null 2>&1 || missing+=(prometheus)
  if [ -e "$beside/observability/start-otlp.sh" ]; then
    command -v node >/dev/null 2>&1 || missing+=(nodejs)
    command -v npm >/dev/null 2>&1 || missing+=(npm)
  fi
  [ ${#missing[@]} -eq 0 ] && return 0
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "Not installed here: ${missing[*]}. The tests that need them are skipped and say so." >&2
    return 0
  fi
  echo "== installing ${missing[*]}" >&2
  # A package must not start a server of its own on the default port.
  local made=
  if [ ! -e /usr/sbin/policy-rc.d ]; then printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d; chmod +x /usr/sbin/policy-rc.d; made=1; fi
  apt-get update -qq >&2 || true
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "${missing[@]}" >/dev/null 2>&1 \
    || { [ -z "$made" ] || rm -f /usr/sbin/policy-rc.d; echo "Installing ${missing[*]} failed." >&2; return 1; }
  [ -z "$made" ] || rm -f /usr/sbin/policy-rc.d
}

free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 20000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
}

as_postgres() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --init-groups env HOME=/tmp "$@"; else "$@"; fi; }

start() {
  if command -v chromium >/dev/null 2>&1; then echo "export CONTROLPLANE_TEST_CHROMIUM='$(command -v chromium)'"; fi
  [ -n "${CONTROLPLANE_TEST_POSTGRES:-}" ] || start_postgres "$1"
  [ -n "${CONTROLPLANE_TEST_RABBITMQ:-}" ] || start_rabbitmq "$1"
  [ -n "${CONTROLPLANE_TEST_SFTP:-}" ] || start_sftp "$1"
  [ -n "${CONTROLPLANE_TEST_OTLP:-}" ] || start_otlp "$1"
}

start_postgres() {
  local folder=$1 bin port
  bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
  [ -n "$bin" ] || return 0
  port=$(free_port)
  chmod 755 "$folder"; mkdir -p "$folder/pg"
  [ "$(id -u)" != 0 ] || chown postgres: "$folder/pg"
  as_postgres "$bin/initdb" -D "$folder/pg" -U postgres -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
  # The tests prove behaviour, not durability of this server: without fsync they take half the time.
  as_postgres "$bin/pg_ctl" -D "$folder/pg" -l "$folder/pg/server.log" -w -t 60 -o "-p $port -h 127.0.0.1 -k '' -c fsync=off -c max_connections=300" start >/dev/null
  echo "export CONTROLPLANE_TEST_POSTGRES='Host=127.0.0.1;Port=$port;Username=postgres'"
}

# A broker with everything of its own: folder, ports, name service, user.
start_rabbitmq() {
  local folder=$1/rabbitmq port
  [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] && command -v epmd >/dev/null 2>&1 || return 0
  port=$(free_port); mkdir -p "$folder"
  printf 'listeners.tcp.1 = 127.0.0.1:%s\ndefault_user = tests\ndefault_pass = tests-Secret-1\nloopback_users = none\n' "$port" >"$folder/rabbitmq.conf"
  printf '[].\n' >"$folder/enabled_plugins"
  export HOME="$folder" ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT RABBITMQ_NODENAME="tests$port@localhost" RABBITMQ_CONFIG_FILE="$folder/rabbitmq" RABBITMQ_ENABLED_PLUGINS_FILE="$folder/enabled_plugins"
  export RABBITMQ_MNESIA_BASE="$folder/mnesia" RABBITMQ_LOG_BASE="$folder/log" RABBITMQ_LOGS=- RABBITMQ_PID_FILE="$folder/pid" RABBITMQ_DIST_PORT RABBITMQ_CONF_ENV_FILE=/dev/null
  export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1}"
  ERL_EPMD_PORT=$(free_port) RABBITMQ_DIST_PORT=$(free_port)
  setsid epmd -address 127.0.0.1 -port "$ERL_EPMD_PORT" >"$folder/epmd.log" 2>&1 </dev/null & echo $! >"$folder/epmd.group"
  setsid /usr/lib/rabbitmq/bin/rabbitmq-server >"$folder/server.log" 2>&1 </dev/null & echo $! >"$folder/server.group"
  for _ in $(seq 120); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then echo "export CONTROLPLANE_TEST_RABBITMQ='amqp://tests:tests-Secret-1@127.0.0.1:$port/'"; return 0; fi
    sleep 0.5
  done
  echo "RabbitMQ did not start; its tests are skipped and say so." >&2; tail -5 "$folder/server.log" >&2
}

# An OpenSSH server with everything of its own: host keys, configuration, and when we may make one a user, who goes with it.
start_sftp() {
  local folder=$1/sftp port user password=tests-Secret-1
  [ -x /usr/sbin/sshd ] && command -v ssh-keygen >/dev/null 2>&1 || return 0
  port=$(free_port); mkdir -p "$folder/home"; chmod 755 "$1" "$folder"
  if [ "$(id -u)" = 0 ]; then
    user="cptest$port"; mkdir -p /run/sshd
    useradd -d "$folder/home" -s /bin/sh -M "$user" && echo "$user:$password" | chpasswd || return 0
    echo "$user" >"$folder/user"; chown "$user:" "$folder/home"
  else
    user=$(id -un) # Signs in with its key only: another's password is not ours to check.
  fi
  ssh-keygen -q -t ed25519 -N '' -f "$folder/host"; ssh-keygen -q -t ed25519 -N '' -f "$folder/client"; ssh-keygen -q -t ed25519 -N 'open-Sesame-1' -f "$folder/locked"
  cat "$folder/client.pub" "$folder/locked.pub" >"$folder/authorized"; chmod 644 "$folder/authorized" "$folder/client" "$folder/locked"
  cat >"$folder/sshd_config" <<CONFIG
ListenAddress 127.0.0.1
Port $port
HostKey $folder/host
PidFile $folder/sshd.pid
AuthorizedKeysFile $folder/authorized
PasswordAuthentication yes
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
AllowUsers $user
MaxStartups 200
MaxSessions 200
AllowTcpForwarding no
Subsystem sftp internal-sftp
ForceCommand internal-sftp
CONFIG
  setsid /usr/sbin/sshd -D -e -f "$folder/sshd_config" >"$folder/sshd.log" 2>&1 </dev/null & echo $! >"$folder/sshd.group"
  for _ in $(seq 40); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then echo "export CONTROLPLANE_TEST_SFTP='sftp://$user:$password@127.0.0.1:$port$folder/home'"; return 0; fi
    sleep 0.25
  done
  echo "OpenSSH did not start; its tests are skipped and say so." >&2; tail -5 "$folder/sshd.log" >&2
}

# A receiver of OTLP over HTTP that decodes with OpenTelemetry's own generated code; its script stands beside the repository.
start_otlp() {
  local folder=$1/otlp-run port
  [ -e "$beside/observability/start-otlp.sh" ] && command -v npm >/dev/null 2>&1 || return 0
  port=$(free_port); mkdir -p "$folder"
  if REAL_RUN="$folder" OTLP_PORT="$port" bash "$beside/observability/start-otlp.sh" >"$folder/start.log" 2>&1
  then echo "export CONTROLPLANE_TEST_OTLP='http://127.0.0.1:$port' CONTROLPLANE_TEST_OTLP_RECEIVED='$folder/otlp/received.jsonl'"
  else echo "The receiver of OTLP did not start; its tests are skipped and say so." >&2; tail -5 "$folder/start.log" >&2; fi
}

# A Tryton on SQLite with master data; its script stands beside the repository and installs what it needs.
tryton() {
  local script folder=$1/tryton-run
  [ -z "${CONTROLPLANE_TEST_TRYTON:-}" ] || return 0
  script="$beside/tryton/start.sh"
  [ -e "$script" ] || { echo "There is no Tryton beside the repository; its tests are skipped and say so." >&2; return 0; }
  if [ "$(id -u)" != 0 ] && ! command -v trytond >/dev/null 2>&1; then echo "Tryton is not installed here; its tests are skipped and say so." >&2; return 0; fi
  local port; port=$(free_port); mkdir -p "$folder"
  if REAL_RUN="$folder" TRYTON_BACKEND=sqlite TRYTON_PORT="$port" bash "$script" >"$folder/start.log" 2>&1
  then echo "export CONTROLPLANE_TEST_TRYTON='http://127.0.0.1:$port/tryton/'"
  else echo "Tryton did not start; its tests are skipped and say so." >&2; tail -5 "$folder/start.log" >&2; fi
}

stop() {
  local bin group
  [ ! -s "$1/tryton-run/tryton.pid" ] || kill -TERM -- "-$(cat "$1/tryton-run/tryton.pid")" 2>/dev/null || true
  for group in "$1"/rabbitmq/*.group "$1"/sftp/*.group "$1"/otlp-run/otlp.pid; do [ ! -e "$group" ] || kill -KILL -- "-$(cat "$group")" 2>/dev/null || true; done
  [ ! -s "$1/sftp/user" ] || userdel -f "$(cat "$1/sftp/user")" >/dev/null 2>&1 || true
  bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
  [ ! -d "$1/pg" ] || as_postgres "$bin/pg_ctl" -D "$1/pg" -m immediate stop >/dev/null
}

"$@"
