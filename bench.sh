#!/usr/bin/env bash
# Benchmarks a Release build and prints a table of medians; the JSON of every run goes to the results folder.
#   ./bench.sh                        the product on SQLite beside the raw ceiling of this machine
#   ./bench.sh postgres               the product on PostgreSQL
#   ./bench.sh full                   five calls out and two events in, on SQLite; ./bench.sh full-postgres likewise
#   ./bench.sh growth [5000000]       CPU per order with so many stored orders, beside an empty database
#   ./bench.sh queries                lists and searches over a million transactions
#   ./bench.sh queries-postgres [10000000] [rounds=40]   the same on a PostgreSQL of its own, filled from inside the server; cleaned up afterwards
#   ./bench.sh operations [2000000]   the operations dashboard over so many events of the journal on SQLite
#   ./bench.sh operations-postgres [10000000]            the same on a PostgreSQL of its own
#   ./bench.sh objectives [2000000]         so many events of the journal counted, and the readings behind the objectives' pages, on SQLite
#   ./bench.sh objectives-postgres [10000000]   the same on a PostgreSQL of its own
#   ./bench.sh export [1000000]       the list as CSV and Excel from the running product: time and memory
#   ./bench.sh scorecard [150000]     the executive's page over so many orders (13 journal events each), on SQLite
#   ./bench.sh scorecard-postgres [770000]   the same on the PostgreSQL that CONTROLPLANE_TEST_POSTGRES says; SCORECARD_DATABASE=… measures one that is filled already
#   ./bench.sh telemetry [3]          what telemetry costs: bursts in turn with and without a receiver of OTLP, the median of so many pairs
#   ./bench.sh mutations [100000]     so many damaged documents of every format: the slowest of each, and what memory grew by; fails over a second
#   ./bench.sh mapping                an order of five lines by rows, and with three expressions, both ways
#   ./bench.sh edi [1024]             X12 and EDIFACT as a stream of so many megabytes: MB/s of one core, heap; and orders to JSON
#   ./bench.sh backtest               a draft over 5,000 stored messages
#   ./bench.sh preview                from a stroke on the workbench to what it makes of the message
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
  operations) exec dotnet run -c Release --project "$here/bench/queries" -- "operations=${2:-2000000}" "${@:3}" ;;
  operations-postgres) SUBJECT=operations exec bash "$here/bench/queries-postgres.sh" "${2:-10000000}" "${@:3}" ;;
  scorecard|scorecard-postgres)
    SCORECARD_ON=Sqlite orders=150000
    [ "$1" = scorecard ] || { SCORECARD_ON=PostgreSql orders=770000; : "${CONTROLPLANE_TEST_POSTGRES:?Say which PostgreSQL}"; }
    export SCORECARD_ON SCORECARD_ORDERS=${2:-$orders}
    exec dotnet run -c Release --project "$here/tests/ControlPlane.Runtime.Tests" -- -noColor -explicit only -class "*ScorecardFigures" -showLiveOutput ;;
  mutations) exec bash "$here/bench/mutations.sh" "${@:2}" ;;
  mapping) CONTROLPLANE_TEST_FIGURES=1 exec dotnet run -c Release --project "$here/tests/Connectors.Tests" -- -noColor -class "*MappingFigures" -showLiveOutput ;;
  edi) CONTROLPLANE_TEST_FIGURES=1 CONTROLPLANE_EDI_MEGABYTES=${2:-1024} exec dotnet run -c Release --project "$here/tests/Connectors.Tests" -- -noColor -parallel none -class "*EdiFigures" -showLiveOutput ;;
  backtest) exec dotnet run -c Release --project "$here/tests/ControlPlane.Web.Tests" -- -noColor -class "*BackTestTests" -showLiveOutput ;;
  preview) exec dotnet run -c Release --project "$here/tests/ControlPlane.Web.Tests" -- -noColor -method "*A_stroke_is_shown*" -showLiveOutput ;;
  export) exec bash "$here/bench/export.sh" "${2:-1000000}" ;;
  telemetry) exec bash "$here/bench/telemetry.sh" "${2:-3}" ;;
  objectives)
    file=$(mktemp -u "${TMPDIR:-/tmp}/controlplane-objectives-XXXXXX.db")
    trap 'rm -f "$file"*' EXIT
    dotnet run -c Release --project "$here/bench/queries" -- "objectives=${2:-2000000}" "file=$file" "${@:3}"
    exit ;;
  objectives-postgres) exec bash "$here/bench/queries-postgres.sh" 0 "objectives=${2:-10000000}" "${@:3}" ;;
  *) echo "Use: ./bench.sh [sqlite|postgres|full|full-postgres|growth|queries|queries-postgres|operations|operations-postgres|scorecard|scorecard-postgres|export|telemetry|objectives|objectives-postgres|mutations|mapping|edi|backtest|preview]" >&2; exit 2 ;;
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
