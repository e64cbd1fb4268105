// The kernel as a native program: one operation on the arrays of a file, its results into another.
//   erfem-native OPERATION INPUT OUTPUT
// Arrays, in order: see the functions. test/wasm/native.test.ts compares with WebAssembly.
#include <cstring>

#include "../../../wasm/assembly.h"
#include "../../../wasm/kernel.h"
#include "../../../wasm/mesh-topology.h"
#include "arrays.h"

namespace {

/// Input: sizes (n, numRhs, numComponents, robust, iteration limit), rowStart, columns, values, component, rhs, tolerance.
struct System {
  std::vector<int32_t> sizes, rowStart, columns;
  std::vector<double> values;
  std::vector<int32_t> component;
  std::vector<double> rhs, tolerance;

  explicit System(ArrayReader& in)
      : sizes(in.integers()),
        rowStart(in.integers()),
        columns(in.integers()),
        values(in.numbers()),
        component(in.integers()),
        rhs(in.numbers()),
        tolerance(in.numbers()) {
    if (sizes.size() != 5 || tolerance.size() != 1) fail("five sizes and one tolerance expected");
  }

  int32_t n() const { return sizes[0]; }
  int32_t numRhs() const { return sizes[1]; }
  int32_t numComponents() const { return sizes[2]; }
  int32_t robust() const { return sizes[3]; }
  int32_t limit() const { return sizes[4]; }
};

/// What the exports of the two iterations are called.
struct Iteration {
  int32_t (*iterate)(void*, int32_t);
  int32_t (*report)(void*, int32_t*, double*);
  void (*free)(void*);
};

/// Output: status, iterations, relative residuals, solution.
template <typename Copy>
void runIteration(const Iteration& iteration, void* handle, int32_t status, const System& system, Copy copySolution,
                  ArrayWriter& out) {
  const auto numRhs = static_cast<std::size_t>(system.numRhs());
  std::vector<int32_t> iterations(numRhs);
  std::vector<double> residuals(numRhs);
  std::vector<double> solution(system.rhs.size());
  while (status == erfem::kRunning) status = iteration.iterate(handle, 10);
  iteration.report(handle, iterations.data(), residuals.data());
  copySolution(solution.data());
  iteration.free(handle);
  out.integers(&status, 1);
  out.integers(iterations);
  out.numbers(residuals);
  out.numbers(solution);
}

void solveWithMultigrid(ArrayReader& in, ArrayWriter& out) {
  const System system(in);
  void* handle = nullptr;
  double info[4];
  int32_t status = erfem_mg_create(system.n(), system.rowStart.data(), system.columns.data(), system.values.data(),
                                   system.numComponents() > 0 ? system.component.data() : nullptr,
                                   system.numComponents(), system.robust(), &handle, info);
  if (status != erfem::kOk) fail("multigrid cannot be set up");
  status = erfem_mg_start(handle, system.rhs.data(), nullptr, system.numRhs(), system.numRhs(), system.tolerance[0],
                          system.limit());
  const auto copy = [&](double* solution) { erfem_mg_solution(handle, solution, system.numRhs()); };
  runIteration({erfem_mg_iterate, erfem_mg_report, erfem_mg_free}, handle, status, system, copy, out);
}

void solveWithCg(ArrayReader& in, ArrayWriter& out) {
  const System system(in);
  void* handle = nullptr;
  double info[2];
  int32_t status = erfem_cg_create(system.n(), system.rowStart.data(), system.columns.data(), system.values.data(),
                                   system.component.data(), system.numComponents(), &handle, info);
  if (status != erfem::kOk) fail("the incomplete factorization failed");
  status = erfem_cg_start(handle, system.rhs.data(), system.numRhs(), system.tolerance[0], system.limit());
  const auto copy = [&](double* solution) { erfem_cg_solution(handle, solution); };
  runIteration({erfem_cg_iterate, erfem_cg_report, erfem_cg_free}, handle, status, system, copy, out);
}

/// Output: status, entries of L and unknown of a bad pivot, solution.
void solveWithLdlt(ArrayReader& in, ArrayWriter& out) {
  const System system(in);
  void* handle = nullptr;
  double info[2];
  int32_t status = erfem_ldlt_create(system.n(), system.rowStart.data(), system.columns.data(), system.values.data(),
                                     &handle, info);
  if (status != erfem::kOk) fail("the factorization failed");
  std::vector<double> solution(system.rhs.size());
  status = erfem_ldlt_solve(handle, system.rhs.data(), system.numRhs(), solution.data());
  erfem_ldlt_free(handle);
  out.integers(&status, 1);
  out.numbers(info, 2);
  out.numbers(solution);
}

/// Input: rowStart, columns. Output: status, permutation.
void orderMatrix(ArrayReader& in, ArrayWriter& out) {
  const std::vector<int32_t> rowStart = in.integers();
  const std::vector<int32_t> columns = in.integers();
  std::vector<int32_t> permutation(rowStart.size() - 1);
  const int32_t status =
      erfem_rcm(static_cast<int32_t>(permutation.size()), rowStart.data(), columns.data(), permutation.data());
  out.integers(&status, 1);
  out.integers(permutation);
}

/// Input: coordinates, cells, phaseCells, cellDofs, number of dofs, element, tensors, tensorOfCell (or empty), chi.
/// Output: status, rowStart, columns, values, load, sums, energy.
void assemble(ArrayReader& in, ArrayWriter& out) {
  const std::vector<double> coordinates = in.numbers();
  const std::vector<int32_t> cells = in.integers();
  const std::vector<int32_t> phaseCells = in.integers();
  const std::vector<int32_t> cellDofs = in.integers();
  const int32_t numDofs = in.integers().at(0);
  const std::vector<double> element = in.numbers();
  const std::vector<double> tensors = in.numbers();
  const std::vector<int32_t> tensorOfCell = in.integers();
  const std::vector<double> chi = in.numbers();
  const int32_t* const ofCell = tensorOfCell.empty() ? nullptr : tensorOfCell.data();
  const auto numCells = static_cast<int32_t>(phaseCells.size());
  std::vector<int32_t> dofsToUse = cellDofs;  // written over
  void* handle = nullptr;
  const int32_t status =
      erfem_assembly_create(coordinates.data(), cells.data(), numCells, phaseCells.data(), numDofs, dofsToUse.data(),
                            element.data(), tensors.data(), ofCell, &handle);
  if (status != erfem::kOk) fail("the assembly failed");
  const auto n = static_cast<std::size_t>(numDofs);
  void* arrays[3];
  erfem_assembly_loads(handle, arrays);
  const auto* const loadAt = static_cast<const double*>(arrays[0]);
  const auto* const sumsAt = static_cast<const double*>(arrays[1]);
  const std::vector<double> load(loadAt, loadAt + 3 * n);
  const std::vector<double> sums(sumsAt, sumsAt + n + 12);
  if (erfem_assembly_finish(handle, arrays) != erfem::kOk) fail("the matrix could not be made");
  const auto* const rowStart = static_cast<const int32_t*>(arrays[0]);
  const auto numEntries = static_cast<std::size_t>(rowStart[numDofs]);
  out.integers(&status, 1);
  out.integers(rowStart, n + 1);
  out.integers(static_cast<const int32_t*>(arrays[1]), numEntries);
  out.numbers(static_cast<const double*>(arrays[2]), numEntries);
  out.numbers(load.data(), load.size());
  out.numbers(sums.data(), sums.size());
  erfem_assembly_free(handle);
  double energy[9];
  erfem_assembly_energy(coordinates.data(), cells.data(), numCells, phaseCells.data(), cellDofs.data(), element.data(),
                        tensors.data(), ofCell, chi.data(), energy);
  out.numbers(energy, 9);
}

/// Input: coordinates, cells. Output: two statuses, cells in new order, oldNode, oldCell, partners of facets.
void orderMesh(ArrayReader& in, ArrayWriter& out) {
  const std::vector<double> coordinates = in.numbers();
  std::vector<int32_t> cells = in.integers();
  const auto numNodes = static_cast<int32_t>(coordinates.size() / 3);
  const auto numCells = static_cast<int32_t>(cells.size() / 4);
  std::vector<int32_t> oldNode(coordinates.size() / 3), oldCell(cells.size() / 4);
  std::vector<int32_t> ordered(cells.size()), partner(cells.size());
  int32_t conflict[3];
  const int32_t statuses[2] = {
      erfem_order_mesh(numNodes, coordinates.data(), numCells, cells.data(), oldNode.data(), oldCell.data(),
                       ordered.data()),
      erfem_pair_facets(numNodes, numCells, ordered.data(), partner.data(), conflict)};
  out.integers(statuses, 2);
  out.integers(ordered);
  out.integers(oldNode);
  out.integers(oldCell);
  out.integers(partner);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) fail("usage: erfem-native mg|cg|ldlt|rcm|assembly|mesh INPUT OUTPUT");
  struct Operation {
    const char* name;
    void (*run)(ArrayReader&, ArrayWriter&);
  };
  constexpr Operation operations[] = {{"mg", solveWithMultigrid}, {"cg", solveWithCg},    {"ldlt", solveWithLdlt},
                                      {"rcm", orderMatrix},       {"assembly", assemble}, {"mesh", orderMesh}};
  for (const Operation& operation : operations) {
    if (std::strcmp(operation.name, argv[1]) != 0) continue;
    ArrayReader in(argv[2]);
    ArrayWriter out(argv[3]);
    operation.run(in, out);
    return 0;
  }
  fail("no such operation");
}
