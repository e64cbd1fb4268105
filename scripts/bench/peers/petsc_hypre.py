"""The whole job with numpy, scipy, PETSc and hypre:  petsc_hypre.py MESH.msh PHYSICAL_VOLUME

Prints one line of JSON: tensor, counts, iterations, residuals, seconds by step.
"""
import json
import sys

import numpy as np

import hypre_solver
from periodic_cell import Stopwatch, assemble, peak_megabytes, periodic_dofs, read_phase, sort_along_curve

watch = Stopwatch()
coordinates, cells = read_phase(sys.argv[1], int(sys.argv[2]))
watch.lap("read")
coordinates, cells = sort_along_curve(coordinates, cells)
dof, num_dofs = periodic_dofs(coordinates)
stiffness, load, volume = assemble(coordinates, cells, dof, num_dofs)
counts = {"nodes": len(coordinates), "cells": len(cells), "dofs": num_dofs, "entries": int(stiffness.nnz)}
del coordinates, cells, dof
watch.lap("assemble")
matrix = hypre_solver.create_matrix(stiffness)
del stiffness
watch.lap("to PETSc")
solver = hypre_solver.set_up(matrix)
watch.lap("set up")
solution, iterations = hypre_solver.solve(solver, matrix, load)
watch.lap("solve")
residuals = hypre_solver.relative_residuals(matrix, load, solution)
tensor = volume * np.eye(3) - load.T @ solution
watch.lap("check, tensor")
print(
    json.dumps(
        {
            "tensor": tensor.tolist(),
            **counts,
            "iterations": iterations,
            "residuals": residuals,
            "seconds": watch.seconds,
            "peakMegabytes": peak_megabytes(),
            "version": hypre_solver.version(),
        }
    )
)
