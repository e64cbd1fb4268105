#!/usr/bin/env bash
# Installs what `npm run bench -- --with-peers` compares with, from Debian 12's packages; elsewhere it names them.
#
# The programs run under Debian's own interpreter, /usr/bin/python3. FreeFEM finds its plugins by
# FF_LOADPATH=/usr/lib/freefem++, which the benchmark sets. `time` measures peak memory, `taskset` (util-linux) pins.
set -euo pipefail

packages=(
  python3-numpy python3-scipy             # reader and assembly of all peers
  python3-petsc4py python3-mpi4py         # PETSc with hypre
  python3-sfepy                           # SfePy
  freefem++ libfreefem++                  # FreeFEM and its plugins
  gmsh time util-linux                    # meshes, memory, pinning
)

if ! command -v apt-get >/dev/null; then
  echo "No apt-get here. Install the equivalents of: ${packages[*]}" >&2
  exit 1
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}"
(cd "$(dirname "$0")/peers" && /usr/bin/python3 -c "import numpy, scipy, hypre_solver, sfepy")
command -v FreeFem++-nw >/dev/null
echo "peers are installed"
