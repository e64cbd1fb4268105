// Every row visits the cells around its dof and meets each entry in a table of its own columns, so that nothing is
// searched. A cell is visited from each of its dofs but the last, which has no entry above the diagonal; the first
// visit computes the cell, and leaves the entries between its other dofs for the two later ones, in a place that is used
// again afterwards: in an order that keeps neighbours together few cells are between their visits at a time.
#include "assembly-rows.h"

#include <algorithm>
#include <cmath>

#include "cell-geometry.h"
#include "chunks.h"
#include "heap-sort.h"

#define NOINLINE __attribute__((noinline))

namespace erfem {
namespace {

constexpr int kLocal = 4;                     // dofs of a cell
constexpr int32_t kMostCells = 1 << 28;       // a visit is one 32-bit number
constexpr int64_t kMostEntries = INT32_MAX;   // of the whole matrix
constexpr int64_t kFirstEntries = 1 << 16;    // room to begin with
constexpr int32_t kInserted = 64;             // longest row that is sorted by insertion

/// The visits of each row, cells ascending: 16 cell + 4 (local number of the cell's first dof) + local number of the dof.
struct Visits {
  Buffer<int32_t> start;  // numDofs + 1
  Buffer<uint32_t> list;
};

/// Local numbers of the smallest and the largest dof of a cell; among equals the order is that of the local numbers.
inline void findEnds(const int32_t* dofs, int& first, int& last) {
  first = last = 0;
  for (int p = 1; p < kLocal; p++) {
    first = dofs[p] < dofs[first] ? p : first;
    last = dofs[p] >= dofs[last] ? p : last;
  }
}

Status listVisits(const CellProblem& problem, Visits& visits) {
  const int32_t numDofs = problem.numDofs;
  const int32_t* const cellDofs = problem.cellDofs;
  if (problem.numPhaseCells > kMostCells) return kOutOfMemory;
  if (!visits.start.allocateZero(numDofs + 2u)) return kOutOfMemory;
  bool inRange = true;
  inChunks(problem.numPhaseCells, [&inRange, cellDofs, numDofs, count = visits.start.data() + 2](
                                      int64_t from, int64_t to) NOINLINE {
    for (int64_t cell = from; cell < to; cell++) {
      const int32_t* dofs = cellDofs + kLocal * cell;
      for (int p = 0; p < kLocal; p++) inRange &= dofs[p] >= 0 && dofs[p] < numDofs;
      if (!inRange) return;
      int first, last;
      findEnds(dofs, first, last);
      for (int p = 0; p < kLocal; p++) count[dofs[p]] += p != last;
    }
  });
  if (!inRange) return kBadArgument;
  for (int32_t row = 0; row < numDofs; row++) visits.start[row + 2] += visits.start[row + 1];
  if (!visits.list.allocate(uint64_t{kLocal - 1} * uint32_t(problem.numPhaseCells) + 1)) return kOutOfMemory;
  inChunks(problem.numPhaseCells, [cellDofs, next = visits.start.data() + 1, list = visits.list.data()](
                                      int64_t from, int64_t to) NOINLINE {
    for (int64_t cell = from; cell < to; cell++) {
      const int32_t* dofs = cellDofs + kLocal * cell;
      int first, last;
      findEnds(dofs, first, last);
      for (int p = 0; p < kLocal; p++) {
        if (p != last) list[next[dofs[p]]++] = static_cast<uint32_t>(16 * cell + 4 * first + p);
      }
    }
  });
  return kOk;
}

inline double dot(const double* a, const double* b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

inline void cross(const double* a, const double* b, double* c) {
  c[0] = a[1] * b[2] - a[2] * b[1];
  c[1] = a[2] * b[0] - a[0] * b[2];
  c[2] = a[0] * b[1] - a[1] * b[0];
}

/// |T|, and the gradients of the four functions of a cell, from local number p on: p, p + 1, p + 2, p + 3 modulo 4.
struct LocalCell {
  double volume;
  double gradients[kLocal][3];
};

/// For barycentric coordinates: with the edges from node p, the gradients are their cross products over the determinant.
inline void lookFromNode(const CellProblem& problem, int64_t cell, int p, LocalCell& local) {
  const int32_t* nodes = problem.cells + kLocal * int64_t{problem.phaseCells[cell]};
  const double* origin = problem.coordinates + 3 * int64_t{nodes[p]};
  double edges[3][3];
  for (int e = 0; e < 3; e++) {
    const double* end = problem.coordinates + 3 * int64_t{nodes[(p + 1 + e) & 3]};
    for (int k = 0; k < 3; k++) edges[e][k] = end[k] - origin[k];
  }
  cross(edges[1], edges[2], local.gradients[1]);
  cross(edges[2], edges[0], local.gradients[2]);
  cross(edges[0], edges[1], local.gradients[3]);
  const double det = dot(edges[0], local.gradients[1]);
  const double scale = 1 / det;
  local.volume = std::fabs(det) / 6;
  for (int e = 1; e < kLocal; e++) {
    for (int k = 0; k < 3; k++) local.gradients[e][k] *= scale;
  }
  for (int k = 0; k < 3; k++)
    local.gradients[0][k] = -(local.gradients[1][k] + local.gradients[2][k] + local.gradients[3][k]);
}

/// For any affine functions, from their gradients on the reference cell.
inline void lookFromDof(const CellProblem& problem, int64_t cell, int p, LocalCell& local) {
  const int32_t* nodes = problem.cells + kLocal * int64_t{problem.phaseCells[cell]};
  double inverse[9];
  local.volume = invertJacobian(problem.coordinates, nodes, inverse);
  for (int e = 0; e < kLocal; e++) {
    const double* r = problem.element + 3 * ((p + e) & 3);
    for (int k = 0; k < 3; k++) local.gradients[e][k] = r[0] * inverse[k] + r[1] * inverse[3 + k] + r[2] * inverse[6 + k];
  }
}

/// Columns and values of a row, in the order of the columns.
Status sortRow(int32_t* columns, double* values, int32_t count) {
  if (count <= kInserted) {
    for (int32_t i = 1; i < count; i++) {
      const int32_t column = columns[i];
      const double value = values[i];
      int32_t at = i;
      for (; at > 0 && columns[at - 1] > column; at--) {
        columns[at] = columns[at - 1];
        values[at] = values[at - 1];
      }
      columns[at] = column;
      values[at] = value;
    }
    return kOk;
  }
  struct Entry {
    int32_t column;
    double value;
  };
  Buffer<Entry> entries;
  if (!entries.allocate(static_cast<uint64_t>(count))) return kOutOfMemory;
  for (int32_t i = 0; i < count; i++) entries[i] = {columns[i], values[i]};
  heapSort(entries.data(), count, [](const Entry& a, const Entry& b) { return a.column < b.column; });
  for (int32_t i = 0; i < count; i++) {
    columns[i] = entries[i].column;
    values[i] = entries[i].value;
  }
  return kOk;
}

template <typename T>
bool resize(Buffer<T>& buffer, int64_t used, uint64_t size) {
  Buffer<T> other;
  if (!other.allocate(size)) return false;
  std::memcpy(other.data(), buffer.data(), static_cast<std::size_t>(used) * sizeof(T));
  buffer.swap(other);
  return true;
}

/// Entries of the cells between their first visit and their last: between dofs 1 and 2, 1 and 3, 2 and 3, counted from
/// the first dof on. The place of a cell is kept where its first dof stood, which no later visit asks for.
class LaterEntries {
 public:
  /// Makes sure of room for so many more cells.
  bool reserve(int64_t numCells) {
    const int64_t free = static_cast<int64_t>(isVisited_.size()) - numUsed_;
    if (numCells <= free) return true;
    const uint64_t size = 2 * static_cast<uint64_t>(numUsed_ + numCells);
    return size <= uint64_t{kMostCells} * 2 && resize(entries_, 3 * numPlaces_, 3 * size) &&
           resize(free_, numFree_, size) && resize(isVisited_, numPlaces_, size);
  }

  double* open(int32_t& place) {
    place = numFree_ > 0 ? free_[--numFree_] : numPlaces_++;
    numUsed_++;
    isVisited_[place] = 0;
    return entries_.data() + 3 * int64_t{place};
  }

  /// What was left for a cell, up to the next `open`; gives its place back at the second visit.
  const double* visit(int32_t place) {
    if (isVisited_[place]) {
      free_[numFree_++] = place;
      numUsed_--;
    }
    isVisited_[place] = 1;
    return entries_.data() + 3 * int64_t{place};
  }

 private:
  Buffer<double> entries_;     // places x 3
  Buffer<int32_t> free_;       // places given back
  Buffer<uint8_t> isVisited_;  // whether the second visit was made, of each place
  int32_t numPlaces_ = 0, numFree_ = 0, numUsed_ = 0;
};

/// Room for `needed` entries, and for as many in the rows that follow as there are in those before row `row`.
bool reserve(UpperTriangle& upper, int64_t used, int64_t needed, int32_t row, int32_t numRows) {
  if (needed <= static_cast<int64_t>(upper.columns.size())) return true;
  const double forecast = 1.06 * static_cast<double>(used) * numRows / (row + 1) + 1024;
  const double least = 1.25 * static_cast<double>(needed);
  const auto size = static_cast<uint64_t>(std::min(std::max(forecast, least), 4 * least));
  return resize(upper.columns, used, size) && resize(upper.values, used, size);
}

/// A row in the making. `slot` tells where a column stands; older than `begin` where it stands nowhere yet.
struct OpenRow {
  int32_t row;
  int32_t begin;
  int32_t spare;  // where entries go that are not wanted
  int32_t last;
  int32_t* slot;
  int32_t* columns;
  double* values;

  /// Without branches: nobody can foretell which columns lie right of the diagonal, and which of them are new.
  inline void add(int32_t column, double entry) {
    const int32_t known = slot[column];
    const bool isUpper = column > row;
    const bool isNew = isUpper & (known < begin);
    const int32_t at = isNew ? last : isUpper ? known : spare;
    values[at] = entry + (isNew ? 0 : values[at]);
    columns[at] = column;
    slot[column] = isUpper ? at : known;
    last += isNew;
  }
};

template <bool kIsNodal, bool kIsScalar>
struct RowLoop {
  const CellProblem& problem;
  const Visits& visits;
  UpperTriangle& upper;
  CellSums& sums;
  int32_t* const slot;
  LaterEntries& later;
  int64_t end = 0;
  Status status = kOk;

  NOINLINE void addRows(int32_t from, int32_t to) {
    double integral[9] = {0}, squares[3] = {0};  // of this piece: in two stages the round-off of millions stays small
    for (int32_t row = from; row < to && status == kOk; row++) addRow(row, integral, squares);
    double* const total = sums.sums.data() + problem.numDofs;
    for (int e = 0; e < 9; e++) total[e] += integral[e];
    for (int k = 0; k < 3; k++) total[9 + k] += squares[k];
  }

 private:
  inline void addRow(int32_t row, double* integral, double* squares) {
    const uint32_t* visit = visits.list.data() + visits.start[row];
    const uint32_t* const lastVisit = visits.list.data() + visits.start[row + 1];
    const int64_t spare = end + (kLocal - 1) * (lastVisit - visit);
    if (!reserve(upper, end, spare + 1, row, problem.numDofs) || !later.reserve(lastVisit - visit)) {
      status = kOutOfMemory;
      return;
    }
    const auto begin = static_cast<int32_t>(end);
    OpenRow open = {row, begin, static_cast<int32_t>(spare), begin, slot, upper.columns.data(), upper.values.data()};
    for (; visit < lastVisit; visit++) {
      const int64_t cell = *visit >> 4;
      const int first = *visit >> 2 & 3;
      const int own = (*visit - first) & 3;  // place of the dof, counted from the first
      int32_t* const dofs = problem.cellDofs + kLocal * cell;
      if (own == 0) {
        addCell(cell, first, dofs, open, integral, squares);
        continue;
      }
      const double* const entries = later.visit(dofs[first]);
      const int p = own == 1 ? 2 : 1;
      const int q = own == 3 ? 2 : 3;
      open.add(dofs[(first + p) & 3], entries[own + p - 3]);
      open.add(dofs[(first + q) & 3], entries[own + q - 3]);
    }
    end = open.last;
    upper.rowStart[row + 1] = open.last;
    status = 2 * end + problem.numDofs > kMostEntries
                 ? kOutOfMemory
                 : sortRow(open.columns + begin, open.values + begin, open.last - begin);
  }

  inline void addCell(int64_t cell, int first, int32_t* dofs, OpenRow& open, double* integral, double* squares) {
    const double* a = problem.tensors + (problem.tensorOfCell ? 9 * int64_t{problem.tensorOfCell[cell]} : 0);
    LocalCell local;
    if constexpr (kIsNodal) lookFromNode(problem, cell, first, local);
    else lookFromDof(problem, cell, first, local);
    double fluxes[kLocal][3];
    for (int p = 0; p < kLocal; p++) {
      const int32_t dof = dofs[(first + p) & 3];
      double* const b = sums.load.data() + 3 * int64_t{dof};
      for (int k = 0; k < 3; k++) {
        const double flux = local.volume * (kIsScalar ? a[0] * local.gradients[p][k] : dot(a + 3 * k, local.gradients[p]));
        fluxes[p][k] = flux;
        b[k] -= flux;
        squares[k] += flux * flux;
      }
      sums.sums[dof] += local.volume * problem.element[3 * kLocal + ((first + p) & 3)];
    }
    for (int e = 0; e < 9; e++) integral[e] += local.volume * a[e];
    for (int p = 1; p < kLocal; p++) open.add(dofs[(first + p) & 3], dot(fluxes[0], local.gradients[p]));
    double* const left = later.open(dofs[first]);
    left[0] = dot(fluxes[1], local.gradients[2]);
    left[1] = dot(fluxes[1], local.gradients[3]);
    left[2] = dot(fluxes[2], local.gradients[3]);
  }
};

}  // namespace

Status assembleRows(const CellProblem& problem, UpperTriangle& upper, CellSums& sums) {
  const int32_t numDofs = problem.numDofs;
  Visits visits;
  if (const Status status = listVisits(problem, visits); status != kOk) return status;
  Buffer<int32_t> slot;
  LaterEntries later;
  if (!slot.allocate(numDofs) || !upper.rowStart.allocate(numDofs + 1u) || !upper.columns.allocate(kFirstEntries) ||
      !upper.values.allocate(kFirstEntries) || !sums.load.allocateZero(3u * uint64_t(numDofs)) ||
      !sums.sums.allocateZero(numDofs + 12u))
    return kOutOfMemory;
  for (int32_t row = 0; row < numDofs; row++) slot[row] = -1;
  upper.rowStart[0] = 0;
  const auto run = [&](auto loop) {
    inChunks(numDofs, [&loop](int64_t from, int64_t to) {
      loop.addRows(static_cast<int32_t>(from), static_cast<int32_t>(to));
    });
    return loop.status;
  };
  const double* a = problem.tensors;
  const bool isScalar = !problem.tensorOfCell && a[0] == a[4] && a[4] == a[8] && a[1] == 0 && a[2] == 0 && a[5] == 0;
  if (!isNodal(problem.element)) return run(RowLoop<false, false>{problem, visits, upper, sums, slot.data(), later});
  if (!isScalar) return run(RowLoop<true, false>{problem, visits, upper, sums, slot.data(), later});
  return run(RowLoop<true, true>{problem, visits, upper, sums, slot.data(), later});
}

}  // namespace erfem
