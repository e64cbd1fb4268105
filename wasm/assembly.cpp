// The loop over the cells. Only the entries above the diagonal are searched and added up, six a cell; the rest follows:
// K is symmetric, and K_ii = -sum_{j != i} K_ij since constants are in its null space.
#include "assembly.h"

#include <new>
#include <utility>

#include "chunks.h"
#include "memory.h"

#define NOINLINE __attribute__((noinline))

namespace erfem {
namespace {

constexpr int kLocal = 4;               // dofs of a cell
constexpr int64_t kMaxEntries = INT32_MAX;
constexpr int32_t kLinearSearch = 12;   // entries that are searched one by one
constexpr int64_t kInserted = 64;       // longest row that is sorted by insertion

struct Assembly {
  int32_t numDofs = 0;
  Buffer<int32_t> rowStart, columns;
  Buffer<double> values, load, sums;
};

/// The pattern above the diagonal: row i holds the columns j > i that share a cell with i, ascending.
struct UpperPattern {
  Buffer<int32_t> rowStart, columns;
};

void sortShort(int32_t* first, int32_t* last) {
  for (int32_t* i = first + 1; i < last; i++) {
    const int32_t value = *i;
    int32_t* j = i;
    for (; j > first && j[-1] > value; j--) *j = j[-1];
    *j = value;
  }
}

/// Heap sort, for the rows of nodes that very many cells share.
void sortLong(int32_t* a, int32_t n) {
  const auto sink = [a](int32_t root, int32_t end) {
    for (int32_t child; (child = 2 * root + 1) < end; root = child) {
      if (child + 1 < end && a[child] < a[child + 1]) child++;
      if (a[root] >= a[child]) return;
      std::swap(a[root], a[child]);
    }
  };
  for (int32_t root = n / 2 - 1; root >= 0; root--) sink(root, n);
  for (int32_t end = n - 1; end > 0; end--) {
    std::swap(a[0], a[end]);
    sink(0, end);
  }
}

bool grow(Buffer<int32_t>& buffer, int64_t used, int64_t needed) {
  if (needed <= static_cast<int64_t>(buffer.size())) return true;
  Buffer<int32_t> larger;
  if (!larger.allocate(static_cast<uint64_t>(needed + needed / 2))) return false;
  std::memcpy(larger.data(), buffer.data(), static_cast<std::size_t>(used) * sizeof(int32_t));
  buffer.swap(larger);
  return true;
}

/// Lists the columns of a row from the cells around it; returns where the next row begins.
int64_t listRow(int32_t row, const int32_t* cellDofs, const int32_t* firstCell, const int32_t* lastCell, int32_t* seen,
                UpperPattern& upper, int64_t begin) {
  int32_t* const first = upper.columns.data() + begin;
  int32_t* last = first;
  for (const int32_t* cell = firstCell; cell < lastCell; cell++) {
    const int32_t* dofs = cellDofs + int64_t{kLocal} * *cell;
    for (int p = 0; p < kLocal; p++) {
      const int32_t column = dofs[p];
      if (column <= row || seen[column] == row) continue;
      seen[column] = row;
      *last++ = column;
    }
  }
  if (last - first > kInserted) sortLong(first, static_cast<int32_t>(last - first));
  else sortShort(first, last);
  const int64_t end = begin + (last - first);
  upper.rowStart[row + 1] = static_cast<int32_t>(end);
  return end;
}

Status findPattern(int32_t numCells, int32_t numDofs, const int32_t* cellDofs, UpperPattern& upper) {
  // For each row, the cells in which it is not the largest dof.
  Buffer<int32_t> start, cellsOfRow, mark;
  if (!start.allocateZero(numDofs + 2u) || !mark.allocate(numDofs)) return kOutOfMemory;
  bool inRange = true;
  inChunks(int64_t{kLocal} * numCells, [&inRange, cellDofs, numDofs, count = start.data() + 2](
                                           int64_t first, int64_t last) NOINLINE {
    for (int64_t i = first; i < last && inRange; i++) {
      if (cellDofs[i] >= 0 && cellDofs[i] < numDofs) count[cellDofs[i]]++;
      else inRange = false;
    }
  });
  if (!inRange) return kBadArgument;
  for (int32_t row = 0; row < numDofs; row++) start[row + 2] += start[row + 1];
  if (!cellsOfRow.allocate(uint64_t{kLocal} * numCells)) return kOutOfMemory;
  inChunks(numCells, [=, next = start.data() + 1, out = cellsOfRow.data()](int64_t first, int64_t last) NOINLINE {
    for (int64_t cell = first; cell < last; cell++) {
      for (int p = 0; p < kLocal; p++) out[next[cellDofs[kLocal * cell + p]]++] = static_cast<int32_t>(cell);
    }
  });

  if (!upper.rowStart.allocate(numDofs + 1u) || !upper.columns.allocate(8u * uint64_t(numDofs) + 64))
    return kOutOfMemory;
  for (int32_t row = 0; row < numDofs; row++) mark[row] = -1;
  int64_t end = 0;
  Status status = kOk;
  upper.rowStart[0] = 0;
  inChunks(numDofs, [&, starts = start.data(), incident = cellsOfRow.data(), seen = mark.data()](
                        int64_t from, int64_t to) NOINLINE {
    for (int32_t row = static_cast<int32_t>(from); row < to && status == kOk; row++) {
      const int64_t most = int64_t{kLocal} * (starts[row + 1] - starts[row]);
      if (!grow(upper.columns, end, end + most)) status = kOutOfMemory;
      else end = listRow(row, cellDofs, incident + starts[row], incident + starts[row + 1], seen, upper, end);
      if (2 * end + numDofs > kMaxEntries) status = kOutOfMemory;
    }
  });
  return status;
}

/// Offset of entry (row, column), which the pattern holds.
inline int32_t findEntry(const int32_t* rowStart, const int32_t* columns, int32_t row, int32_t column) {
  int32_t low = rowStart[row];
  int32_t high = rowStart[row + 1];
  while (high - low > kLinearSearch) {
    const int32_t middle = low + (high - low) / 2;
    if (columns[middle] > column) high = middle;
    else low = middle;
  }
  while (columns[low] != column) low++;
  return low;
}

/// J^-1, its rows the gradients of the barycentric coordinates of nodes 1, 2, 3; returns |T| = det J / 6.
inline double invertJacobian(const double* x, const int32_t* nodes, double* inverse) {
  const double* a = x + 3 * int64_t{nodes[0]};
  const double* b = x + 3 * int64_t{nodes[1]};
  const double* c = x + 3 * int64_t{nodes[2]};
  const double* d = x + 3 * int64_t{nodes[3]};
  const double u[3] = {b[0] - a[0], b[1] - a[1], b[2] - a[2]};
  const double v[3] = {c[0] - a[0], c[1] - a[1], c[2] - a[2]};
  const double w[3] = {d[0] - a[0], d[1] - a[1], d[2] - a[2]};
  const double vw[3] = {v[1] * w[2] - v[2] * w[1], v[2] * w[0] - v[0] * w[2], v[0] * w[1] - v[1] * w[0]};
  const double det = u[0] * vw[0] + u[1] * vw[1] + u[2] * vw[2];
  const double scale = 1 / det;
  for (int k = 0; k < 3; k++) inverse[k] = vw[k] * scale;
  inverse[3] = (w[1] * u[2] - w[2] * u[1]) * scale;
  inverse[4] = (w[2] * u[0] - w[0] * u[2]) * scale;
  inverse[5] = (w[0] * u[1] - w[1] * u[0]) * scale;
  inverse[6] = (u[1] * v[2] - u[2] * v[1]) * scale;
  inverse[7] = (u[2] * v[0] - u[0] * v[2]) * scale;
  inverse[8] = (u[0] * v[1] - u[1] * v[0]) * scale;
  return det / 6;
}

struct Mesh {
  const double* coordinates;
  const int32_t* cells;
  const int32_t* phaseCells;
};

struct Coefficient {
  const double* tensors;
  const int32_t* tensorOfCell;
};

/// Adds up the entries above the diagonal, the loads and the integrals.
NOINLINE void addCells(int64_t from, int64_t to, const Mesh& mesh, const int32_t* cellDofs, const double* element,
                       const Coefficient& coefficient, const UpperPattern& upper, double* values, Assembly& out) {
  const int32_t* rowStart = upper.rowStart.data();
  const int32_t* columns = upper.columns.data();
  double* const load = out.load.data();
  double* const basisIntegrals = out.sums.data();
  double* const integral = basisIntegrals + out.numDofs;
  double* const squares = integral + 9;
  const double* const means = element + 3 * kLocal;
  double inverse[9], gradients[kLocal][3], fluxes[kLocal][3];
  double sums[12] = {0};  // of this piece: summing in two stages keeps the round-off of millions of cells small
  for (int64_t i = from; i < to; i++) {
    const int32_t* nodes = mesh.cells + 4 * int64_t{mesh.phaseCells[i]};
    const int32_t* dofs = cellDofs + kLocal * i;
    const double volume = invertJacobian(mesh.coordinates, nodes, inverse);
    const double* a = coefficient.tensors + (coefficient.tensorOfCell ? 9 * int64_t{coefficient.tensorOfCell[i]} : 0);
    for (int e = 0; e < 9; e++) sums[e] += volume * a[e];
    for (int p = 0; p < kLocal; p++) {
      const double* r = element + 3 * p;
      for (int k = 0; k < 3; k++)
        gradients[p][k] = r[0] * inverse[k] + r[1] * inverse[3 + k] + r[2] * inverse[6 + k];
      double* const b = load + 3 * int64_t{dofs[p]};
      for (int k = 0; k < 3; k++) {
        const double flux =
            volume * (a[3 * k] * gradients[p][0] + a[3 * k + 1] * gradients[p][1] + a[3 * k + 2] * gradients[p][2]);
        fluxes[p][k] = flux;
        b[k] -= flux;
        sums[9 + k] += flux * flux;
      }
      basisIntegrals[dofs[p]] += volume * means[p];
    }
    for (int p = 1; p < kLocal; p++) {
      for (int q = 0; q < p; q++) {
        if (dofs[p] == dofs[q]) continue;
        const bool inOrder = dofs[q] < dofs[p];
        const int32_t at = findEntry(rowStart, columns, inOrder ? dofs[q] : dofs[p], inOrder ? dofs[p] : dofs[q]);
        values[at] += fluxes[p][0] * gradients[q][0] + fluxes[p][1] * gradients[q][1] + fluxes[p][2] * gradients[q][2];
      }
    }
  }
  for (int e = 0; e < 9; e++) integral[e] += sums[e];
  for (int k = 0; k < 3; k++) squares[k] += sums[9 + k];
}

/// The energies of some cells. Every term is a square for k = l, so that small energies keep their digits.
NOINLINE void addEnergies(int64_t from, int64_t to, const Mesh& mesh, const int32_t* cellDofs, const double* element,
                          const Coefficient& coefficient, const double* chi, double* energy) {
  double inverse[9], sums[9] = {0};
  for (int64_t i = from; i < to; i++) {
    const int32_t* dofs = cellDofs + kLocal * i;
    const double volume =
        invertJacobian(mesh.coordinates, mesh.cells + 4 * int64_t{mesh.phaseCells[i]}, inverse);
    const double* a = coefficient.tensors + (coefficient.tensorOfCell ? 9 * int64_t{coefficient.tensorOfCell[i]} : 0);
    double field[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};  // e_k + grad chi_k
    for (int k = 0; k < 3; k++) {
      double slope[3] = {0, 0, 0};  // gradient of chi_k on the reference cell
      for (int p = 0; p < kLocal; p++) {
        const double value = chi[3 * int64_t{dofs[p]} + k];
        for (int j = 0; j < 3; j++) slope[j] += value * element[3 * p + j];
      }
      for (int j = 0; j < 3; j++)
        field[k][j] += slope[0] * inverse[j] + slope[1] * inverse[3 + j] + slope[2] * inverse[6 + j];
    }
    for (int l = 0; l < 3; l++) {
      double flux[3];
      for (int j = 0; j < 3; j++)
        flux[j] = volume * (a[3 * j] * field[l][0] + a[3 * j + 1] * field[l][1] + a[3 * j + 2] * field[l][2]);
      for (int k = 0; k <= l; k++)
        sums[3 * k + l] += flux[0] * field[k][0] + flux[1] * field[k][1] + flux[2] * field[k][2];
    }
  }
  for (int e = 0; e < 9; e++) energy[e] += sums[e];
}

/// The whole matrix from the entries above its diagonal.
Status mirror(const UpperPattern& upper, const double* values, Assembly& out) {
  const int32_t n = out.numDofs;
  const int32_t numUpper = upper.rowStart[n];
  Buffer<int32_t> next;
  if (!out.rowStart.allocateZero(n + 1u) || !next.allocate(n)) return kOutOfMemory;
  for (int32_t at = 0; at < numUpper; at++) out.rowStart[upper.columns[at] + 1]++;
  for (int32_t row = 0; row < n; row++) {
    next[row] = out.rowStart[row];
    out.rowStart[row + 1] += out.rowStart[row] + 1 + upper.rowStart[row + 1] - upper.rowStart[row];
  }
  if (!out.columns.allocate(out.rowStart[n]) || !out.values.allocate(out.rowStart[n])) return kOutOfMemory;
  // Rows come in ascending order, so that the entries left of each diagonal do so too.
  Buffer<int32_t> diagonal;
  if (!diagonal.allocate(n)) return kOutOfMemory;
  for (int32_t row = n - 1; row >= 0; row--)
    diagonal[row] = out.rowStart[row + 1] - (upper.rowStart[row + 1] - upper.rowStart[row]) - 1;
  inChunks(n, [=, &out, rows = upper.rowStart.data(), upperColumns = upper.columns.data(), left = next.data(),
               places = diagonal.data()](int64_t from, int64_t to) NOINLINE {
    int32_t* const columns = out.columns.data();
    double* const entries = out.values.data();
    for (int32_t row = static_cast<int32_t>(from); row < to; row++) {
      const int32_t place = places[row];
      columns[place] = row;
      double sum = 0;
      for (int32_t at = out.rowStart[row]; at < place; at++) sum += entries[at];
      int32_t target = place;
      for (int32_t at = rows[row]; at < rows[row + 1]; at++) {
        const int32_t column = upperColumns[at];
        const int32_t mirrored = left[column]++;
        columns[++target] = column;
        entries[target] = values[at];
        columns[mirrored] = row;
        entries[mirrored] = values[at];
        sum += values[at];
      }
      entries[place] = -sum;
    }
  });
  return kOk;
}

}  // namespace
}  // namespace erfem

using namespace erfem;

int32_t erfem_assembly_create(const double* coordinates, const int32_t* cells, int32_t numPhaseCells,
                              const int32_t* phaseCells, int32_t numDofs, const int32_t* cellDofs,
                              const double* element, const double* tensors, const int32_t* tensorOfCell,
                              void** handle) {
  if (numPhaseCells < 0 || numDofs < 0) return kBadArgument;
  UpperPattern upper;
  if (const Status status = findPattern(numPhaseCells, numDofs, cellDofs, upper); status != kOk) return status;
  Assembly* const out = new (std::nothrow) Assembly;
  Buffer<double> values;
  if (!out || !values.allocateZero(upper.rowStart[numDofs]) || !out->load.allocateZero(3u * uint64_t(numDofs)) ||
      !out->sums.allocateZero(numDofs + 12u)) {
    delete out;
    return kOutOfMemory;
  }
  out->numDofs = numDofs;
  inChunks(numPhaseCells, [&](int64_t from, int64_t to) {
    addCells(from, to, {coordinates, cells, phaseCells}, cellDofs, element, {tensors, tensorOfCell}, upper,
             values.data(), *out);
  });
  if (const Status status = mirror(upper, values.data(), *out); status != kOk) {
    delete out;
    return status;
  }
  *handle = out;
  return kOk;
}

int32_t erfem_assembly_arrays(void* handle, void** addresses) {
  Assembly& assembly = *static_cast<Assembly*>(handle);
  addresses[0] = assembly.rowStart.data();
  addresses[1] = assembly.columns.data();
  addresses[2] = assembly.values.data();
  addresses[3] = assembly.load.data();
  addresses[4] = assembly.sums.data();
  return kOk;
}

int32_t erfem_assembly_energy(const double* coordinates, const int32_t* cells, int32_t numPhaseCells,
                              const int32_t* phaseCells, const int32_t* cellDofs, const double* element,
                              const double* tensors, const int32_t* tensorOfCell, const double* chi, double* energy) {
  for (int e = 0; e < 9; e++) energy[e] = 0;
  inChunks(numPhaseCells, [&](int64_t from, int64_t to) {
    addEnergies(from, to, {coordinates, cells, phaseCells}, cellDofs, element, {tensors, tensorOfCell}, chi, energy);
  });
  for (int k = 0; k < 3; k++) {
    for (int l = 0; l < k; l++) energy[3 * k + l] = energy[3 * l + k];
  }
  return kOk;
}

void erfem_assembly_free(void* handle) { delete static_cast<Assembly*>(handle); }
