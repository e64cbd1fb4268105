#!/usr/bin/env bash
# Builds the WebAssembly kernel from wasm/*.cpp, byte for byte the same in any folder:
#   wasm/erfem-kernel.wasm        the module
#   src/kernel/kernel-binary.ts   the module as a string, so that importing erfem suffices
#   wasm/erfem-kernel.sha256      hashes of sources, flags and products, as sha256sum -c reads them
# With --check it builds in a temporary folder and compares with the committed files instead; exit status 1 where they
# differ. Eigen is looked for in $EIGEN_INCLUDE, else /usr/include/eigen3; the compiler in $EMCC, else emcc.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."

fail() {
  echo "build-wasm: $1" >&2
  exit 1
}

mode="${1:-build}"
case "$mode" in
  build | --check) ;;
  *) fail "unknown argument $mode; expected none, or --check" ;;
esac

emcc="${EMCC:-emcc}"
eigen="${EIGEN_INCLUDE:-/usr/include/eigen3}"
command -v "$emcc" >/dev/null || fail "$emcc not found. Debian: sudo apt-get install emscripten"
[ -f "$eigen/Eigen/SparseCholesky" ] ||
  fail "no Eigen in $eigen. Debian: sudo apt-get install libeigen3-dev; elsewhere set EIGEN_INCLUDE"

version="$("$emcc" --version)"
version="${version%%$'\n'*}"

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/wasm" "$work/src/kernel"
module=wasm/erfem-kernel.wasm
embedded=src/kernel/kernel-binary.ts
hashes=wasm/erfem-kernel.sha256

# emcc can fail and leave a module behind: the product counts only with exit status 0.
mapfile -t flags <wasm/flags.txt
(cd wasm && "$emcc" "${flags[@]}" -isystem "$eigen" ./*.cpp -o "$work/$module") ||
  fail "$emcc failed; nothing was written"

{
  echo "/* eslint-disable */"
  echo "// Written by scripts/build-wasm.sh from wasm/erfem-kernel.wasm; do not edit."
  echo "/** The WebAssembly kernel, base64. */"
  printf 'export const kernelBase64 =\n  "%s";\n' "$(base64 -w0 "$work/$module")"
} >"$work/$embedded"

{
  echo "# Written by scripts/build-wasm.sh; check with: sha256sum -c $hashes"
  echo "# $version"
  sha256sum wasm/*.cpp wasm/*.h wasm/flags.txt
  (cd "$work" && sha256sum "$module" "$embedded")
} >"$work/$hashes"

if [ "$mode" = --check ]; then
  for file in "$module" "$embedded" "$hashes"; do
    cmp -s "$work/$file" "$file" ||
      fail "$file is not what the sources give. It was built by $(sed -n 2p "$hashes" | cut -c3-), this is $version.
Run scripts/build-wasm.sh and commit what it writes"
  done
  echo "build-wasm: the committed kernel is what the sources give"
else
  for file in "$module" "$embedded" "$hashes"; do
    cp "$work/$file" "$file.new"
    mv "$file.new" "$file"
  done
  echo "build-wasm: $module, $(stat -c %s "$module") bytes"
fi
