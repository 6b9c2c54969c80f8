#!/usr/bin/env bash
# The list of so many transactions as CSV and as an Excel workbook, from a running product on SQLite: seconds, megabytes, and what its memory rose by.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
home=${PEER_HOME:-${TMPDIR:-/tmp}/controlplane-bench}
seed=${SEED:-${TMPDIR:-/tmp}/controlplane-export-$1.db}
port=$((20000 + RANDOM % 20000))
key=export-bench-key-0123456789-0123456789
export PEER_HOME=$home
dotnet run -c Release --project "$here/queries" -- "transactions=$1" "file=$seed" keep seed-only
bash "$here/prepare.sh"
(
  cd "$home/controlplane"
  export ASPNETCORE_ENVIRONMENT=Production ASPNETCORE_URLS="http://127.0.0.1:$port" ControlPlane__Demo=false Logging__LogLevel__Default=Warning
  export ControlPlane__BootstrapApiKey=$key ControlPlane__Database__ConnectionString="Data Source=$seed"
  exec dotnet ControlPlane.Web.dll
) &
pid=$!
trap 'kill $pid 2>/dev/null || true; wait $pid 2>/dev/null || true' EXIT
until curl -sf "http://127.0.0.1:$port/alive" >/dev/null; do sleep 0.5; kill -0 $pid; done
ask() { curl -sf -o "$1" -w '%{time_total} %{size_download}\n' -H "Authorization: Bearer $key" "http://127.0.0.1:$port/api/v1/$2"; }
rss() { awk '/VmRSS/ {print int($2 / 1024)}' "/proc/$pid/status"; }
# Compiled once, so that the code itself is not counted.
for format in csv xlsx; do ask /dev/null "transactions/export?format=$format&state=stuck" >/dev/null; done
sleep 5
printf '%-6s %8s %8s %10s %10s\n' format seconds MB 'RSS before' 'RSS peak'
for format in csv xlsx; do
  before=$(rss); peak=$before
  out=$(mktemp)
  ask /dev/null "transactions/export?format=$format" >"$out" & ask=$!
  while kill -0 $ask 2>/dev/null; do now=$(rss); [ "$now" -le "$peak" ] || peak=$now; sleep 0.2; done
  wait $ask
  read -r seconds bytes <"$out"; rm -f "$out"
  printf '%-6s %8s %8s %10s %10s\n' $format "$seconds" $((bytes / 1048576)) "$before" "$peak"
done
