"""The whole job with FreeFEM:  freefem_cell.py MESH.msh PHYSICAL_VOLUME

FreeFEM reads no binary MSH 4.1: numpy writes the phase as a Medit file first. Prints one line of JSON.
"""
import json
import os
import re
import subprocess
import sys
import tempfile

import numpy as np

from periodic_cell import Stopwatch, cube_faces, read_phase, sort_along_curve

# Where Debian keeps FreeFEM's plugins; FreeFEM itself does not know.
os.environ.setdefault("FF_LOADPATH", "/usr/lib/freefem++")

# Keywords of the Medit format (GMF): section numbers of version 2, 32-bit positions.
DIMENSION, VERTICES, TRIANGLES, TETRAHEDRA, END = 3, 4, 6, 8, 54


def write_medit(path, coordinates, cells, triangles, labels):
    """A binary Medit mesh with double precision: https://github.com/LoicMarechal/libMeshb"""
    vertices = np.zeros(len(coordinates), [("x", "<f8", 3), ("label", "<i4")])
    vertices["x"] = coordinates
    with open(path, "wb") as file:
        file.write(np.array([1, 2, DIMENSION, 20, 3], "<i4").tobytes())
        for keyword, rows in (
            (VERTICES, vertices),
            (TRIANGLES, np.column_stack([triangles + 1, labels]).astype("<i4")),
            (TETRAHEDRA, np.column_stack([cells + 1, np.ones(len(cells), np.int32)]).astype("<i4")),
        ):
            file.write(np.array([keyword, file.tell() + 12 + rows.nbytes, len(rows)], "<i4").tobytes())
            file.write(rows.tobytes())
        file.write(np.array([END, 0], "<i4").tobytes())


watch = Stopwatch()
coordinates, cells = sort_along_curve(*read_phase(sys.argv[1], int(sys.argv[2])))
script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "freefem_cell.edp")
with tempfile.TemporaryDirectory() as folder:
    mesh = os.path.join(folder, "cell.meshb")
    write_medit(mesh, coordinates, cells, *cube_faces(coordinates, cells))
    counts = {"nodes": len(coordinates), "cells": len(cells)}
    del coordinates, cells
    watch.lap("convert")
    command = ["FreeFem++-nw", "-nw", "-v", "1", script, "-mesh", mesh]
    run = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    watch.lap("FreeFEM")
found = re.search(r"^RESULT (.*)$", run.stdout, re.MULTILINE)
if found is None:
    raise SystemExit(f"FreeFEM failed:\n{run.stdout[-2000:]}\n{run.stderr[-1000:]}")
iterations = [int(count) for count in re.findall(r"GC: +converge in +(\d+)", run.stdout)]
print(json.dumps({**json.loads(found.group(1)), **counts, "iterations": iterations, "seconds": watch.seconds}))
