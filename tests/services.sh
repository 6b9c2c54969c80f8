#!/usr/bin/env bash
# What the tests need beside .NET: a PostgreSQL, a Redis and a Chromium from the distribution's packages.
#   services.sh install | start FOLDER (prints exports) | stop FOLDER
set -euo pipefail

install() {
  local missing=()
  ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing+=(postgresql)
  command -v chromium >/dev/null 2>&1 || missing+=(chromium fonts-dejavu-core)
  command -v redis-server >/dev/null 2>&1 || missing+=(redis-server)
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
  local folder=$1 bin port
  if command -v chromium >/dev/null 2>&1; then echo "export CONTROLPLANE_TEST_CHROMIUM='$(command -v chromium)'"; fi
  [ -z "${CONTROLPLANE_TEST_POSTGRES:-}" ] || return 0
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

stop() {
  local bin
  bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
  [ ! -d "$1/pg" ] || as_postgres "$bin/pg_ctl" -D "$1/pg" -m immediate stop >/dev/null
}

"$@"
