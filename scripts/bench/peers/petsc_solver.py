"""Set-up and solves alone, on a matrix from a file:  petsc_solver.py SYSTEM.bin REPEATS

The file holds, little endian: int32 numRows, numEntries, numRhs; int32 rowStart[numRows + 1], columns[numEntries];
float64 values[numEntries], rhs[numRows * numRhs]. PETSc gets the unknowns in reverse Cuthill-McKee order, the fastest
for it; that renumbering is not counted. Prints one line of JSON: CPU and wall seconds of each repetition.
"""
import json
import sys
import time

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import reverse_cuthill_mckee

import hypre_solver


def read_system(path):
    with open(path, "rb") as file:
        num_rows, num_entries, num_rhs = np.fromfile(file, "<i4", 3).tolist()
        row_start = np.fromfile(file, "<i4", num_rows + 1)
        columns = np.fromfile(file, "<i4", num_entries)
        values = np.fromfile(file, "<f8", num_entries)
        load = np.fromfile(file, "<f8", num_rows * num_rhs).reshape(num_rows, num_rhs)
    return sparse.csr_matrix((values, columns, row_start), shape=(num_rows, num_rows)), load


stiffness, load = read_system(sys.argv[1])
start = time.process_time()
order = reverse_cuthill_mckee(stiffness, symmetric_mode=True)
renumber_seconds = time.process_time() - start
stiffness = stiffness[order][:, order].tocsr()
stiffness.sort_indices()
load = np.ascontiguousarray(load[order])
matrix = hypre_solver.create_matrix(stiffness)
del stiffness

runs = {"setUpCpu": [], "solveCpu": [], "cpu": [], "wall": []}
for _ in range(int(sys.argv[2])):
    wall, cpu = time.perf_counter(), time.process_time()
    solver = hypre_solver.set_up(matrix)
    ready = time.process_time()
    solution, iterations = hypre_solver.solve(solver, matrix, load)
    done = time.process_time()
    runs["setUpCpu"].append(ready - cpu)
    runs["solveCpu"].append(done - ready)
    runs["cpu"].append(done - cpu)
    runs["wall"].append(time.perf_counter() - wall)
    solver.destroy()
residuals = hypre_solver.relative_residuals(matrix, load, solution)
print(
    json.dumps({**runs, "iterations": iterations, "residuals": residuals, "renumberCpuNotCounted": renumber_seconds})
)
