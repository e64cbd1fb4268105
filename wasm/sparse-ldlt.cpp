// Sparse direct solution, P K P' = L D L', by Eigen's simplicial LDLT with its approximate minimum degree order.
//
// The order is found and applied here, before Eigen's factorization runs in natural order, so that the size of L is
// known, in 64 bits, before anything is allocated for it: Eigen itself could only trap.
// Amestoy, Davis & Duff, "An approximate minimum degree ordering algorithm", SIAM J. Matrix Anal. 17 (1996);
// Davis, "Direct Methods for Sparse Linear Systems", 2006, chapter 4; https://eigen.tuxfamily.org.
#include "minimum-size.h"
#include <Eigen/OrderingMethods>
#include <Eigen/SparseCholesky>

#include <cmath>
#include <new>

#include "matrix.h"

namespace erfem {

namespace {

using EigenMatrix = Eigen::SparseMatrix<double, Eigen::ColMajor, int32_t>;
using Factorization = Eigen::SimplicialLDLT<EigenMatrix, Eigen::Upper, Eigen::NaturalOrdering<int32_t>>;

struct SparseLdlt {
  Eigen::PermutationMatrix<Eigen::Dynamic, Eigen::Dynamic, int32_t> toCaller;  // place -> unknown
  Factorization factorization;
  Buffer<double> column;  // one right-hand side in the order of L
};

// P K P', upper half, columns sorted.
EigenMatrix permuteUpper(const EigenMatrix& matrix, const SparseLdlt& ldlt) {
  EigenMatrix permuted(matrix.rows(), matrix.cols());
  permuted.selfadjointView<Eigen::Upper>() =
      matrix.selfadjointView<Eigen::Upper>().twistedBy(ldlt.toCaller.inverse());
  return permuted;
}

// Entries of L below the diagonal, or -1 beyond `limit`: walks the elimination tree, as Eigen does, but without end of
// the 32 bits (Davis, section 4.1). False without memory.
bool countFactorEntries(const EigenMatrix& permuted, int64_t limit, int64_t& count) {
  const auto n = static_cast<int32_t>(permuted.cols());
  Buffer<int32_t> parent;
  Buffer<int32_t> seenFrom;
  if (!parent.allocate(n) || !seenFrom.allocate(n)) return false;
  count = 0;
  for (int32_t k = 0; k < n; ++k) {
    parent[k] = -1;
    seenFrom[k] = k;
    for (EigenMatrix::InnerIterator entry(permuted, k); entry; ++entry) {
      for (int32_t i = entry.index(); i < k && seenFrom[i] != k; i = parent[i]) {
        if (parent[i] == -1) parent[i] = k;
        ++count;
        seenFrom[i] = k;
      }
    }
    if (count > limit) {
      count = -1;
      return true;
    }
  }
  return true;
}

// The entries with column <= row, as the upper half by columns.
bool buildHalf(const CsrView& matrix, EigenMatrix& half) {
  uint64_t numEntries = 0;
  for (int32_t row = 0; row < matrix.n; ++row) {
    for (int32_t k = matrix.rowStart[row]; k < matrix.rowStart[row + 1]; ++k) {
      if (matrix.columns[k] <= row) ++numEntries;
    }
  }
  // The ordering keeps about three copies of the whole pattern, the permuted half one of the numbers.
  if (!canAllocate(48 * (numEntries + uint64_t(matrix.n)))) return false;
  half.resize(matrix.n, matrix.n);
  half.resizeNonZeros(static_cast<Eigen::Index>(numEntries));
  int32_t at = 0;
  for (int32_t row = 0; row < matrix.n; ++row) {
    half.outerIndexPtr()[row] = at;
    for (int32_t k = matrix.rowStart[row]; k < matrix.rowStart[row + 1] && matrix.columns[k] <= row; ++k) {
      half.innerIndexPtr()[at] = matrix.columns[k];
      half.valuePtr()[at++] = matrix.values[k];
    }
  }
  half.outerIndexPtr()[matrix.n] = at;
  return true;
}

// Every pivot must stand clear of the round-off of its own diagonal entry.
int32_t findBadPivot(const Factorization& factorization, const EigenMatrix& permuted, int32_t n) {
  constexpr double kRoundOff = 1e-14;
  const auto pivots = factorization.vectorD();
  for (int32_t i = 0; i < n; ++i) {
    const double pivot = pivots[i];
    if (!std::isfinite(pivot) || !(pivot > kRoundOff * std::abs(permuted.coeff(i, i)))) return i;
  }
  return -1;
}

Status factorize(const CsrView& matrix, SparseLdlt& ldlt, double* info) {
  constexpr int64_t kBytesPerEntry = sizeof(double) + sizeof(int32_t);
  constexpr int64_t kLimit = INT64_C(0xf0000000) / kBytesPerEntry;
  int32_t badRow = -1;
  const Status status = checkMatrix(matrix, badRow);
  info[1] = badRow;
  if (status != kOk) return status;
  if (!ldlt.column.allocate(matrix.n)) return kOutOfMemory;

  EigenMatrix half;
  if (!buildHalf(matrix, half)) return kOutOfMemory;
  Eigen::AMDOrdering<int32_t>()(half.selfadjointView<Eigen::Upper>(), ldlt.toCaller);
  const EigenMatrix permuted = permuteUpper(half, ldlt);
  half = EigenMatrix();

  int64_t numEntries;
  if (!countFactorEntries(permuted, kLimit, numEntries)) return kOutOfMemory;
  info[0] = static_cast<double>(numEntries);
  const auto scratch = uint64_t(matrix.n) * 48;
  if (numEntries < 0 || !canAllocate(uint64_t(numEntries) * kBytesPerEntry + scratch)) return kOutOfMemory;
  ldlt.factorization.compute(permuted);
  const int32_t place = findBadPivot(ldlt.factorization, permuted, matrix.n);
  if (place < 0 && ldlt.factorization.info() == Eigen::Success) return kOk;
  if (place >= 0) info[1] = ldlt.toCaller.indices()[place];
  return kNotPositiveDefinite;
}

}  // namespace

}  // namespace erfem

using erfem::SparseLdlt;

int32_t erfem_ldlt_create(int32_t n, const int32_t* rowStart, const int32_t* columns, const double* values,
                          void** handle, double* info) {
  *handle = nullptr;
  info[0] = 0;
  info[1] = -1;
  if (n < 0) return erfem::kBadArgument;
  auto* const ldlt = new (std::nothrow) SparseLdlt;
  if (!ldlt) return erfem::kOutOfMemory;
  const erfem::Status status = erfem::factorize({n, rowStart, columns, values}, *ldlt, info);
  if (status != erfem::kOk) {
    delete ldlt;
    return status;
  }
  *handle = ldlt;
  return erfem::kOk;
}

int32_t erfem_ldlt_solve(void* handle, const double* rhs, int32_t numRhs, double* solution) {
  auto* const ldlt = static_cast<SparseLdlt*>(handle);
  const auto n = static_cast<int32_t>(ldlt->column.size());
  if (numRhs < 0) return erfem::kBadArgument;
  const int32_t* const unknown = ldlt->toCaller.indices().data();
  Eigen::Map<Eigen::VectorXd> column(ldlt->column.data(), n);
  for (int32_t l = 0; l < numRhs; ++l) {
    for (int32_t i = 0; i < n; ++i) column[i] = rhs[std::size_t(unknown[i]) * numRhs + l];
    ldlt->factorization.matrixL().solveInPlace(column);
    column.array() /= ldlt->factorization.vectorD().array();
    ldlt->factorization.matrixU().solveInPlace(column);
    for (int32_t i = 0; i < n; ++i) solution[std::size_t(unknown[i]) * numRhs + l] = column[i];
  }
  return erfem::kOk;
}

void erfem_ldlt_free(void* handle) { delete static_cast<SparseLdlt*>(handle); }

ERFEM_END_OF_MINIMUM_SIZE
