#!/usr/bin/env bash
# Publishes a Release build of the product for the benchmark; twice in a row is cheap.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dotnet publish "$here/../src/ControlPlane.Web" -c Release --nologo -v q -o "$PEER_HOME/controlplane"
