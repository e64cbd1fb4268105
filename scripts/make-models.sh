#!/bin/sh
# Makes the meshes and the result file of the examples in meshes/models. Gmsh 4.8.4 made those in the repository; another
# version makes other meshes of the same quality. Needs the build (npm run build).
set -eu
cd "$(dirname "$0")/../meshes/models"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for name in cell cleft sheets; do
  gmsh -3 -nt 1 -format msh41 -bin "$name.geo" -o "$folder/$name.msh"
done
for name in cell cleft; do
  gzip -9nc "$folder/$name.msh" >"$name.msh.gz"
done
(cd "$folder" && node "$OLDPWD/../../dist/cli/main.js" homogenize sheets.msh \
  --diffusion ER=0.22 --diffusion cytosol=0.22 --quiet -o sheets.json)
mv "$folder/sheets.json" .
