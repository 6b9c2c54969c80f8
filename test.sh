#!/usr/bin/env bash
# Installs what is missing (as root on Debian), starts what the tests need on free ports, runs every test project, and
# ends with one line: "N passed, N failed, N skipped". What is skipped is named with its reason.
set -uo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 TESTINGPLATFORM_TELEMETRY_OPTOUT=1
work=$(mktemp -d)
tryton=
trap '[ -z "$tryton" ] || kill "$tryton" 2>/dev/null; bash tests/services.sh stop "$work" >/dev/null 2>&1; rm -rf "$work"' EXIT

bash tests/services.sh install || exit 1
eval "$(bash tests/services.sh start "$work")" || exit 1
# Takes minutes the first time: it gets ready while others build and run.
bash tests/services.sh tryton "$work" >"$work/tryton.env" & tryton=$!

echo "== build"
dotnet restore ControlPlane.sln -v q || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }
dotnet build ControlPlane.sln --no-restore -v q || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }

passed=0 failed=0 skipped=0
# Those that talk with Tryton come last.
last='/(Connectors|ControlPlane\.EndToEnd)\.Tests\.csproj$'
for project in $(ls tests/*/*Tests.csproj | grep -vE "$last") $(ls tests/*/*Tests.csproj | grep -E "$last"); do
  if [ -n "$tryton" ] && grep -qE "$last" <<<"$project"; then wait "$tryton"; eval "$(cat "$work/tryton.env")"; tryton=; fi
  name=$(basename "$project" .csproj)
  echo "== $name"
  from=$SECONDS
  log="$work/$name.log"
  dotnet run --no-build --project "$project" -- -noColor >"$log" 2>&1
  code=$?
  # What failed first; of what was skipped each reason once, with how often it holds.
  awk '/\[SKIP\]/{n=0} /\[FAIL\]/{n=14} n-->0' "$log" | cut -c1-300 | head -120
  awk '/\[SKIP\]/{getline; sub(/^ +/, ""); n[$0]++} END{for (r in n) print "   skipped " n[r] ": " r}' "$log" | cut -c1-300
  line=$(grep -oE 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+' "$log" | tail -1)
  if [ -z "$line" ]; then
    echo "$name did not finish:"; tail -30 "$log"
    failed=$((failed + 1)); continue
  fi
  read -r t e f s <<<"$(echo "$line" | tr -dc '0-9 ')"
  echo "   $line, $((SECONDS - from)) s"
  passed=$((passed + t - f - s)) failed=$((failed + f + e)) skipped=$((skipped + s))
  [ "$code" = 0 ] || [ $((f + e)) -gt 0 ] || { echo "$name ended with exit code $code"; failed=$((failed + 1)); }
done
# The rows of the fault rig that count and do not time; all of them: ./faults.sh
echo "== faults"
rows="6 9 13"
if ./faults.sh pr $rows >"$work/faults.log" 2>"$work/faults.err"; then
  passed=$((passed + $(wc -w <<<"$rows")))
else
  failed=$((failed + 1)); tail -30 "$work/faults.err"
fi
cat "$work/faults.log"

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
