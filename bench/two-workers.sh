#!/usr/bin/env bash
# How much faster two worker nodes work off a backlog than one, each pinned to one core, on PostgreSQL:
#   CONTROLPLANE_TEST_POSTGRES="Host=127.0.0.1;Port=5432;Username=postgres" bench/two-workers.sh [orders]
# Needs a Release build as ./bench.sh makes it. Sender, stubs and the server share the same cores.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
export PEER_HOME=${PEER_HOME:-${TMPDIR:-/tmp}/controlplane-bench}
orders=${1:-6000} work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT
export ASPNETCORE_ENVIRONMENT=Production ControlPlane__Demo=false ControlPlane__Estate="$here/estate" Logging__LogLevel__Default=Error ControlPlane__Database__Provider=PostgreSql
export WEBHOOK_SECRET=bench-webhook-secret ERP_URL=http://127.0.0.1:18780/erp/sales-orders WMS_URL=http://127.0.0.1:18780/wms/fulfilments
bash "$here/prepare.sh"
dotnet "$PEER_HOME/harness/harness.dll" stub --port 18780 >/dev/null & stub=$!
node() { # role port [core]
  local pin=(); [ -z "${3:-}" ] || pin=(taskset -c "$3")
  (cd "$PEER_HOME/controlplane" && ControlPlane__Roles=$1 ASPNETCORE_URLS=http://127.0.0.1:$2 exec "${pin[@]}" dotnet ControlPlane.Web.dll) >"$work/node-$2.log" 2>&1 &
}
alive() { for _ in $(seq 300); do curl -fs "http://127.0.0.1:$1/alive" >/dev/null && return; sleep 0.1; done; cat "$work"/node-*.log; exit 1; }
busy() { awk '/^cpu / { print $2 + $3 + $4 + $7 + $8, $5 + $6 }' /proc/stat; }
created() { curl -s http://127.0.0.1:18780/stats | sed -E 's/.*"wms":\{[^}]*"unique":([0-9]+).*/\1/'; }
run() { # workers
  export ControlPlane__Database__ConnectionString="$CONTROLPLANE_TEST_POSTGRES;Database=bench_workers_$1_$$"
  node ingest 18781; local door=$!; alive 18781
  dotnet "$PEER_HOME/harness/harness.dll" load --url http://127.0.0.1:18781/in/shop/orders/create --templates "$here/templates/*.json" --count "$orders" --signature-header X-Shopify-Hmac-Sha256 --secret $WEBHOOK_SECRET --header 'X-Shopify-Topic: orders/create' >/dev/null
  kill "$door"; wait "$door" 2>/dev/null || true
  curl -s -X POST http://127.0.0.1:18780/reset
  local workers=()
  for w in $(seq "$1"); do node worker $((18781 + w)) $((w - 1)); workers+=($!); done
  # From the first tenth to the last, so that starting and compiling are left out.
  local from="" n=0 # time, orders, jiffies busy, jiffies idle
  while [ "$n" -lt "$orders" ]; do
    n=$(created); if [ -z "$from" ] && [ "$n" -ge $((orders / 10)) ]; then from="$(date +%s.%N) $n $(busy)"; fi; sleep 0.05
  done
  awk -v t="$(date +%s.%N) $n $(busy)" -v f="$from" -v w="$1" 'BEGIN { split(f, a, " "); split(t, b, " "); u = b[3] - a[3]
    printf "%d worker(s): %.0f completed per second, %.0f %% of the machine busy\n", w, (b[2] - a[2]) / (b[1] - a[1]), 100 * u / (u + b[4] - a[4]) }'
  kill "${workers[@]}"; wait "${workers[@]}" 2>/dev/null || true
}
run 1
run 2
kill $stub
