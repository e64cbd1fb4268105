"""The whole job with SfePy, solved by its PETSc interface (CG, tuned BoomerAMG):  sfepy_cell.py MESH.msh PHYSICAL_VOLUME

Prints one line of JSON.
"""
import json
import sys

import numpy as np
import sfepy.discrete.fem.periodic as periodic
from sfepy.base.base import output
from sfepy.discrete import Equation, Equations, FieldVariable, Integral, Problem
from sfepy.discrete.conditions import Conditions, EssentialBC, PeriodicBC
from sfepy.discrete.fem import FEDomain, Field, Mesh
from sfepy.discrete.functions import Function, Functions
from sfepy.solvers.ls import PETScKrylovSolver
from sfepy.terms import Term

import hypre_solver
from periodic_cell import FACE_TOLERANCE, Stopwatch, peak_megabytes, read_phase, sort_along_curve

output.set_output(quiet=True)
periodic.set_accuracy(FACE_TOLERANCE)
watch = Stopwatch()

coordinates, cells = sort_along_curve(*read_phase(sys.argv[1], int(sys.argv[2])))
mesh = Mesh.from_data("cell", coordinates, None, [cells], [np.zeros(len(cells), np.int32)], ["3_4"])
watch.lap("read")

domain = FEDomain("domain", mesh)
omega = domain.create_region("Omega", "all")
watch.lap("domain")

field = Field.from_args("chi", np.float64, "scalar", omega, approx_order=1)
chi = FieldVariable("chi", "unknown", field)
test = FieldVariable("v", "test", field, primary_var_name="chi")
position = FieldVariable("y", "parameter", field, primary_var_name="chi")
integral = Integral("i", order=1)
stiffness_term = Term.new("dw_laplace(v, chi)", integral, omega, v=test, chi=chi)
load_term = Term.new("dw_laplace(v, y)", integral, omega, v=test, y=position)
problem = Problem("cell", equations=Equations([Equation("cell problem", stiffness_term + load_term)]))

matches, conditions = [], []
for axis, match in zip("xyz", (periodic.match_x_plane, periodic.match_y_plane, periodic.match_z_plane)):
    low = domain.create_region(f"{axis}0", f"vertices in ({axis} < {FACE_TOLERANCE:g})", "vertex")
    high = domain.create_region(f"{axis}1", f"vertices in ({axis} > {1 - FACE_TOLERANCE:.10g})", "vertex")
    matches.append(Function(f"match_{axis}", match))
    conditions.append(PeriodicBC(f"periodic_{axis}", [low, high], {"chi.all": "chi.all"}, match=f"match_{axis}"))
inner = int(np.argmin(((coordinates - 0.25) ** 2).sum(axis=1)))
fixed = EssentialBC("fixed", domain.create_region("Fixed", f"vertex {inner}", "vertex"), {"chi.0": 0.0})
position.set_data(np.zeros(field.n_nod))
functions = Functions(matches)
problem.set_bcs(ebcs=Conditions([fixed]), epbcs=Conditions(conditions))
problem.functions = functions
problem.update_materials()
problem.time_update(functions=functions)
evaluator = problem.get_evaluator()
variables = problem.equations.variables
zero = np.zeros(variables.adi.ptr[-1])
matrix = evaluator.eval_tangent_matrix(zero)
loads = []
for k in range(3):
    position.set_data(coordinates[:, k].copy())
    loads.append(-evaluator.eval_residual(zero))
watch.lap("assemble")

boomeramg = {f"pc_hypre_boomeramg_{name}": value for name, value in hypre_solver.BOOMERAMG.items()}
settings = {
    "method": "cg",
    "precond": "hypre",
    "eps_r": hypre_solver.TOLERANCE,
    "eps_a": 1e-300,
    "i_max": hypre_solver.MAX_ITERATIONS,
    "force_reuse": True,
    "ksp_norm_type": "unpreconditioned",
}
solver = PETScKrylovSolver({**settings, **boomeramg})
solutions, iterations = [], []
for load in loads:
    solutions.append(np.array(solver(load, mtx=matrix)))
    iterations.append(int(solver.ksp.getIterationNumber()))
watch.lap("solve")

residuals = [float(np.linalg.norm(b - matrix @ x) / np.linalg.norm(b)) for b, x in zip(loads, solutions)]
# T_ik = int grad y_i . grad(y_k + chi_k)
left = FieldVariable("p", "parameter", field, primary_var_name="chi")
right = FieldVariable("q", "parameter", field, primary_var_name="chi")
energy = Term.new("dw_laplace(p, q)", integral, omega, p=left, q=right)
energy.setup()
tensor = np.zeros((3, 3))
for k, solution in enumerate(solutions):
    right.set_data(variables.make_full_vec(solution) + coordinates[:, k])
    for i in range(3):
        left.set_data(coordinates[:, i].copy())
        tensor[i, k] = energy.evaluate(mode="eval")
watch.lap("tensor")
print(
    json.dumps(
        {
            "tensor": tensor.tolist(),
            "nodes": len(coordinates),
            "cells": len(cells),
            "dofs": int(matrix.shape[0]) + 1,
            "iterations": iterations,
            "residuals": residuals,
            "seconds": watch.seconds,
            "peakMegabytes": peak_megabytes(),
        }
    )
)
