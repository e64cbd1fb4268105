#!/usr/bin/env bash
# Builds the kernel of wasm/*.cpp, with the driver in test/wasm/native, as a program of this machine:
#   scripts/build-native.sh PROGRAM [--sanitize]
#   scripts/build-native.sh --find-compiler
# With --sanitize it ends at the first access out of bounds, leak or undefined operation. Needs clang, for GCC has no
# ext_vector_type: $CXX, else clang++, else the one that emscripten brings along (Debian). Eigen as for build-wasm.sh.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() {
  echo "build-native: $1" >&2
  exit 1
}

find_compiler() {
  local candidate
  for candidate in "${CXX:-}" clang++ /usr/lib/llvm-*/bin/clang++; do
    [ -n "$candidate" ] && command -v "$candidate" >/dev/null || continue
    "$candidate" --version 2>/dev/null | grep -q clang || continue
    echo "$candidate"
    return
  done
  fail "no clang++ found. Debian: scripts/setup --with-emscripten brings one; elsewhere install clang or set CXX"
}

compiler="$(find_compiler)"
if [ "${1:-}" = --find-compiler ]; then
  echo "$compiler"
  exit
fi
[ $# -ge 1 ] && [ $# -le 2 ] || fail "usage: scripts/build-native.sh PROGRAM [--sanitize]"
program="$1"
case "${2:-}" in
  "") extra=() ;;
  --sanitize) extra=(-g -fsanitize=address,undefined -fno-sanitize-recover=all) ;;
  *) fail "unknown argument $2; expected --sanitize" ;;
esac

eigen="${EIGEN_INCLUDE:-/usr/include/eigen3}"
[ -f "$eigen/Eigen/SparseCholesky" ] ||
  fail "no Eigen in $eigen. Debian: sudo apt-get install libeigen3-dev; elsewhere set EIGEN_INCLUDE"

# The flags of the module that mean something here. WebAssembly does not fuse multiplication and addition; how wide
# vectors are passed between functions (psabi) matters to libraries only.
mapfile -t flags < <(grep -E '^-(std|O|f|D|W)' wasm/flags.txt)
"$compiler" "${flags[@]}" -ffp-contract=off -Wno-psabi -isystem "$eigen" "${extra[@]+"${extra[@]}"}" \
  wasm/*.cpp test/wasm/native/driver.cpp -o "$program.part" || fail "$compiler failed; nothing was written"
mv "$program.part" "$program"
