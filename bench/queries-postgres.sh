#!/usr/bin/env bash
# Lists and searches over so many transactions on a PostgreSQL of its own: queries-postgres.sh COUNT [rounds=40]. Everything is removed at the end.
# SUBJECT=operations asks the operations dashboard over so many events of the journal instead. FOLDER=... keeps server and database there for another run. Ten million take about 25 GB.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
bin=${PG_BIN:-$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)}
folder=${FOLDER:-$(mktemp -d "${TMPDIR:-/tmp}/controlplane-queries-XXXXXX")}
port=${DB_PORT:-$((20000 + RANDOM % 20000))}
as=()
mkdir -p "$folder/pg"
if [ "$(id -u)" = 0 ]; then
  chmod 755 "$folder"; chown postgres: "$folder/pg"
  as=(setpriv --reuid=postgres --regid=postgres --init-groups)
fi
[ -e "$folder/pg/PG_VERSION" ] || "${as[@]}" "$bin/initdb" -D "$folder/pg" -U postgres -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
# Durability of the seed is worth nothing; memory as a small server has it.
"${as[@]}" "$bin/pg_ctl" -D "$folder/pg" -l "$folder/pg/server.log" -w -t 60 \
  -o "-p $port -h 127.0.0.1 -k '' -c shared_buffers=${SHARED_BUFFERS:-1GB} -c effective_cache_size=4GB -c fsync=off -c wal_level=minimal -c max_wal_senders=0 -c max_wal_size=4GB -c synchronous_commit=off" start >/dev/null
finish() {
  "${as[@]}" "$bin/pg_ctl" -D "$folder/pg" -m immediate stop >/dev/null 2>&1 || true
  [ -n "${FOLDER:-}" ] || rm -rf "$folder"
}
trap finish EXIT
echo "PostgreSQL $("$bin/postgres" --version | cut -d' ' -f3), shared_buffers ${SHARED_BUFFERS:-1GB}, $(nproc) cores, $(df -h --output=avail "$folder" | tail -1 | tr -d ' ') free"
dotnet run -c Release --project "$here/queries" -- "postgres=Host=127.0.0.1;Port=$port;Username=postgres;Database=queries" "${SUBJECT:-transactions}=$1" ${FOLDER:+keep} "${@:2}"
