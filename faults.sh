#!/usr/bin/env bash
# Breaks the running product on purpose and checks that nothing acknowledged is lost and nothing is done twice.
#   ./faults.sh               the short tier, at most ten minutes on two cores
#   ./faults.sh full          the counts of a release
#   ./faults.sh pr 1 6 13     some rows;  RIG_SEED=N repeats a run
# One line per row with its figure; artifacts/faults.json has the same; exit code 1 when a row fails.
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet build tests/ControlPlane.Faults -c Release -m:1 -v q --nologo >&2
ulimit -n "$(ulimit -Hn)" 2>/dev/null || true
tier=pr
case "${1:-}" in pr|full) tier=$1; shift ;; esac
exec dotnet tests/ControlPlane.Faults/bin/Release/net10.0/ControlPlane.Faults.dll "$tier" "$@"
