#!/usr/bin/env bash
# A PostgreSQL of the benchmark's own, in the data folder of the run, with durable commits.
set -euo pipefail
bin=${PG_BIN:-$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)}
mkdir -p "$PEER_DATA/pg"
as=()
if [ "$(id -u)" = 0 ]; then
  chmod 755 "$PEER_DATA"; chown postgres: "$PEER_DATA/pg"
  as=(setpriv --reuid=postgres --regid=postgres --init-groups)
fi
"${as[@]}" "$bin/initdb" -D "$PEER_DATA/pg" -U postgres -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
exec "${as[@]}" "$bin/postgres" -D "$PEER_DATA/pg" -p "$DB_PORT" -h 127.0.0.1 -k "" -c shared_buffers=256MB -c max_connections=100
