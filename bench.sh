#!/usr/bin/env bash
# Benchmarks a Release build and prints a table of medians; the JSON of every run goes to the results folder.
#   ./bench.sh                        the product on SQLite beside the raw ceiling of this machine
#   ./bench.sh postgres               the product on PostgreSQL
#   ./bench.sh full                   five calls out and two events in, on SQLite; ./bench.sh full-postgres likewise
#   ./bench.sh growth [5000000]       CPU per order with so many stored orders, beside an empty database
#   ./bench.sh queries                lists and searches over a million transactions
#   ./bench.sh queries-postgres [10000000] [rounds=40]   the same on a PostgreSQL of its own, filled from inside the server; cleaned up afterwards
#   ./bench.sh export [1000000]       the list as CSV and Excel from the running product: time and memory
#   ONLY=burst,kill RUNS=1 ./bench.sh some scenarios (burst,rate,signature,dedupe,outage,kill; open with full), once
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
export PEER_HOME=${PEER_HOME:-${TMPDIR:-/tmp}/controlplane-bench}
out=${OUT:-$here/artifacts/bench}
mkdir -p "$PEER_HOME" "$out"
case "${1:-sqlite}" in
  sqlite) peers=("$here/bench/peer.json" "$here/bench/ceiling/peer.json") ;;
  postgres) peers=("$here/bench/peer-postgres.json") ;;
  full) peers=("$here/bench/peer-full.json") ;;
  full-postgres) peers=("$here/bench/peer-full-postgres.json") ;;
  growth)
    seed=${TMPDIR:-/tmp}/controlplane-growth-${2:-1000000}.db
    dotnet run -c Release --project "$here/bench/queries" -- "transactions=${2:-1000000}" "file=$seed" keep seed-only
    export ONLY=${ONLY:-burst} RUNS=${RUNS:-2}
    "$0" sqlite-alone
    NAME=-grown CONTROLPLANE_BENCH_SEED=$seed "$0" sqlite-alone
    exit ;;
  sqlite-alone) peers=("$here/bench/peer.json") ;;
  queries) exec dotnet run -c Release --project "$here/bench/queries" -- "${@:2}" ;;
  queries-postgres) exec bash "$here/bench/queries-postgres.sh" "${2:-10000000}" "${@:3}" ;;
  export) exec bash "$here/bench/export.sh" "${2:-1000000}" ;;
  *) echo "Use: ./bench.sh [sqlite|postgres|full|full-postgres|growth|queries|queries-postgres|export]" >&2; exit 2 ;;
esac
dotnet build "$here/bench/harness" -c Release --nologo -v q -o "$PEER_HOME/harness" -p:BaseIntermediateOutputPath="$PEER_HOME/harness-obj/"
results=()
for run in $(seq "${RUNS:-3}"); do
  for peer in "${peers[@]}"; do
    file="$out/$(basename "$(dirname "$peer")")-$(basename "$peer" .json)${NAME:-}-$run.json"
    dotnet "$PEER_HOME/harness/harness.dll" run --peer "$peer" --home "$PEER_HOME" --templates "$here/bench/templates/*.json" \
      --out "$file" ${ONLY:+--only "$ONLY"} >/dev/null
    results+=("$file")
  done
done
dotnet "$PEER_HOME/harness/harness.dll" report "${results[@]}"
