#!/usr/bin/env bash
# Every test over damaged documents, so many in each, and a table of what came of it: ./bench.sh mutations [100000] [more options of the runner]
# One after the other, so that what a format takes and keeps is its own. A document that takes over a second, throws, or is kept fails the run.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
rows=$(mktemp)
trap 'rm -f "$rows"' EXIT
export CONTROLPLANE_MUTATIONS=${1:-100000} CONTROLPLANE_MUTATIONS_TABLE=$rows
failed=0
dotnet run -c Release --project "$here/tests/Connectors.Tests" -- -noColor -parallel none -trait "kind=mutations" "${@:2}" || failed=$?
awk -F '\t' '
  { documents[$1] += $3; if ($4 > slowest[$1]) slowest[$1] = $4; if ($5 > growth[$1]) growth[$1] = $5; of[$1] = of[$1] (of[$1] ? "; " : "") $2 }
  END { for (f in documents) printf "| %s | %d | %.0f ms | %d KB | %s |\n", f, documents[f], slowest[f], growth[f], of[f] }' "$rows" | sort |
  { printf '\n| format | documents | slowest | growth | of |\n|---|---|---|---|---|\n'; cat; }
exit "$failed"
