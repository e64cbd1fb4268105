#!/bin/sh
# Makes the committed sample meshes. Gmsh 4.8.4 made those in the repository; another version makes other meshes of
# the same quality. Their nodes and cells are the same in every run, only the order in $Periodic is not.
set -eu
cd "$(dirname "$0")/../meshes"
mkdir -p samples
gmsh -3 -nt 1 -format msh41 -bin three-pipe.geo -setnumber edge 0.1 -setnumber h 0.04 -setnumber grading 4 \
  -o samples/three-pipe-0.1.msh
gmsh -3 -nt 1 -format msh41 -bin arched-pipes.geo -setnumber h 0.04 -setnumber grading 4 \
  -o samples/arched-pipes.msh
