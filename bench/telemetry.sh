#!/usr/bin/env bash
# What telemetry costs: bursts in turn without a receiver and with everything sent to one by OTLP; the median of so many pairs.
#   telemetry.sh [pairs=3]      OTLP_ENDPOINT=http://127.0.0.1:4318 names a receiver; without it the sink beside the repository is started, or one that answers 200 to everything
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
pairs=${1:-3}
work=$(mktemp -d)
export PEER_HOME=${PEER_HOME:-${TMPDIR:-/tmp}/controlplane-bench} ONLY=burst RUNS=1
out=${OUT:-$here/../artifacts/bench}/telemetry
rm -rf "$out"; mkdir -p "$out"
stop() { [ -z "${sink:-}" ] || kill -TERM -- "-$sink" 2>/dev/null || true; rm -rf "$work"; }
trap stop EXIT
endpoint=${OTLP_ENDPOINT:-}
if [ -z "$endpoint" ]; then
  port=$((20000 + RANDOM % 20000))
  endpoint=http://127.0.0.1:$port
  # Answers at once and keeps nothing: on a small machine a receiver that decodes takes the processor from the product.
  cat >"$work/sink.py" <<'PY'
import http.server, sys
class Sink(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_POST(self):
        left = int(self.headers.get("content-length", 0))
        self.rfile.read(left)
        self.send_response(200); self.send_header("content-length", "0"); self.end_headers()
    def log_message(self, *_): pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Sink).serve_forever()
PY
  setsid python3 "$work/sink.py" "$port" & sink=$!
fi
one() { # name, then variables
  local name=$1; shift
  env "$@" OUT="$out" NAME="-$name" "$here/../bench.sh" sqlite-alone >/dev/null
}
for pair in $(seq "$pairs"); do
  # Every second pair the other way round: what the first of two runs pays, neither pays always.
  order="off on"; [ $((pair % 2)) = 1 ] || order="on off"
  for which in $order; do
    if [ "$which" = on ]; then one "on-$pair" OTEL_EXPORTER_OTLP_ENDPOINT="$endpoint" OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf; else one "off-$pair" OTEL_EXPORTER_OTLP_ENDPOINT=; fi
  done
done
python3 - "$out" "$pairs" <<'PY'
import glob, json, statistics, sys
out, pairs = sys.argv[1], int(sys.argv[2])
def figures(which, pair): return json.load(open(glob.glob(f"{out}/*-{which}-{pair}-1.json")[0]))
def lower(d): return {k[0].lower() + k[1:]: v for k, v in d.items()}
runs = [(lower(figures("off", p)), lower(figures("on", p))) for p in range(1, pairs + 1)]
print(f"{'':28}{'without':>12}{'with':>12}{'change, median of pairs':>28}")
for name in ("burst.completedPerSecond", "burst.ackPerSecond", "burst.cpuSecondsPer1000", "burst.peakRssMiB"):
    off, on = [r[0]["figures"][name] for r in runs], [r[1]["figures"][name] for r in runs]
    change = [b / a - 1 for a, b in zip(off, on)]
    print(f"{name:28}{statistics.median(off):12.2f}{statistics.median(on):12.2f}{statistics.median(change):+27.1%}   pairs: {' '.join(f'{c:+.1%}' for c in change)}")
print("load before:", ", ".join(f"{r[i]['loadBefore']:.1f}" for r in runs for i in (0, 1)))
PY
