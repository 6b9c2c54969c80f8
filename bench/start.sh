#!/usr/bin/env bash
# The product as a user would run it, on the data folder and port that the harness gives.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
export ASPNETCORE_ENVIRONMENT=Production ASPNETCORE_URLS="http://127.0.0.1:$PEER_PORT"
export ControlPlane__Demo=false ControlPlane__Estate="$here/${CONTROLPLANE_BENCH_ESTATE:-estate}" Logging__LogLevel__Default=Warning
case "${CONTROLPLANE_BENCH_DATABASE:-Sqlite}" in
  PostgreSql)
    export ControlPlane__Database__Provider=PostgreSql
    export ControlPlane__Database__ConnectionString="Host=127.0.0.1;Port=$DB_PORT;Username=postgres;Database=controlplane" ;;
  *)
    # History that is there already: growth is measured with it.
    if [ -n "${CONTROLPLANE_BENCH_SEED:-}" ] && [ ! -e "$PEER_DATA/controlplane.db" ]; then cp "$CONTROLPLANE_BENCH_SEED" "$PEER_DATA/controlplane.db"; fi
    export ControlPlane__Database__ConnectionString="Data Source=$PEER_DATA/controlplane.db" ;;
esac
cd "$PEER_HOME/controlplane"
exec dotnet ControlPlane.Web.dll
