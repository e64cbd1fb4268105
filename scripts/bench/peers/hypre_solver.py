"""PETSc's conjugate gradients with hypre's BoomerAMG, tuned for these cell problems."""
import glob
import sys

try:
    import petsc4py
except ModuleNotFoundError:
    # Debian's default build is a link that only the package petsc-dev sets; the real-number build is here.
    sys.path += sorted(glob.glob("/usr/lib/petscdir/petsc*/*-real/lib/python3/dist-packages"))[-1:]
    import petsc4py

petsc4py.init()
from petsc4py import PETSc  # noqa: E402

TOLERANCE = 1e-8
MAX_ITERATIONS = 1000

# The fastest set of a sweep over coarsening, interpolation, threshold and smoother; the defaults take 8 times as long.
# The two sweeps are each other's transpose, so that the preconditioner is symmetric.
BOOMERAMG = {
    "coarsen_type": "PMIS",
    "interp_type": "ext+i",
    "P_max": 4,
    "agg_nl": 1,
    "strong_threshold": 0.25,
    "relax_type_down": "SOR/Jacobi",
    "relax_type_up": "backward-SOR/Jacobi",
}


def create_matrix(rows):
    """A scipy CSR matrix as PETSc's, constants being its null space."""
    matrix = PETSc.Mat().createAIJ(size=rows.shape, csr=(rows.indptr, rows.indices, rows.data))
    matrix.setOption(PETSc.Mat.Option.SYMMETRIC, True)
    constants = PETSc.NullSpace().create(constant=True)
    matrix.setNullSpace(constants)
    matrix.setNearNullSpace(constants)
    return matrix


def set_up(matrix):
    """Conjugate gradients ready to solve; the tolerance is on the unpreconditioned residual."""
    options = PETSc.Options()
    options["pc_type"] = "hypre"
    options["pc_hypre_type"] = "boomeramg"
    for name, value in BOOMERAMG.items():
        options["pc_hypre_boomeramg_" + name] = value
    solver = PETSc.KSP().create()
    solver.setOperators(matrix)
    solver.setType("cg")
    solver.setNormType(PETSc.KSP.NormType.UNPRECONDITIONED)
    solver.setTolerances(rtol=TOLERANCE, max_it=MAX_ITERATIONS)
    solver.setFromOptions()
    solver.setUp()
    return solver


def solve(solver, matrix, load):
    """Solutions of all columns of a load (n, m), and iterations of each."""
    x, b = matrix.createVecs()
    solution = load.copy()
    iterations = []
    for k in range(load.shape[1]):
        b.setArray(load[:, k])
        solver.solve(b, x)
        if solver.getConvergedReason() <= 0:
            raise SystemExit(f"PETSc did not converge: reason {solver.getConvergedReason()}")
        solution[:, k] = x.getArray()
        iterations.append(solver.getIterationNumber())
    return solution, iterations


def relative_residuals(matrix, load, solution):
    """||b - K x|| / ||b|| of each column."""
    x, b = matrix.createVecs()
    residuals = []
    for k in range(load.shape[1]):
        b.setArray(load[:, k])
        x.setArray(solution[:, k])
        residual = b.duplicate()
        matrix.mult(x, residual)
        residual.aypx(-1, b)
        residuals.append(residual.norm() / b.norm())
    return residuals


def version():
    """The version of PETSc."""
    return ".".join(str(part) for part in PETSc.Sys.getVersion())
