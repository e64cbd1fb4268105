#include "coarse-factor.h"

#include <cmath>

namespace erfem {

namespace {

/// Pivots below this share of their diagonal entry are round-off. They may be much smaller than what float32 resolves:
/// the elimination keeps row sums, and with them weak connections of stiff regions.
constexpr double kSmallestPivot = 1e-11;
/// A pivot below that is no round-off of float32: A is indefinite, and so is the caller's matrix.
constexpr double kNegativePivot = -1e-3;

double dot(const double* left, const double* right, int32_t length) {
  DoubleQuad sums = 0.0;
  int32_t k = 0;
  for (; k + 4 <= length; k += 4) {
    DoubleQuad a;
    DoubleQuad b;
    std::memcpy(&a, left + k, sizeof a);
    std::memcpy(&b, right + k, sizeof b);
    sums += a * b;
  }
  double sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  for (; k < length; ++k) sum += left[k] * right[k];
  return sum;
}

// The lower half, by rows, with alpha 1 1' added.
bool fillDense(const SplitMatrix& a, const int32_t* component, int32_t numComponents, Buffer<double>& dense) {
  Buffer<double> alpha;
  Buffer<int32_t> size;
  if (!dense.allocateZero(uint64_t(a.n) * uint64_t(a.n))) return false;
  if (!alpha.allocateZero(numComponents) || !size.allocateZero(numComponents)) return false;
  for (int32_t i = 0; i < a.n; ++i) {
    if (component[i] < 0) continue;
    alpha[component[i]] += a.diagonal[i];
    ++size[component[i]];
  }
  for (int32_t c = 0; c < numComponents; ++c) {
    if (size[c] > 0) alpha[c] /= double(size[c]) * size[c];
  }
  for (int32_t i = 0; i < a.n; ++i) {
    double* const row = dense.data() + std::size_t(i) * a.n;
    row[i] = a.excess[i];
    a.forRow(i, [&](const Entry& entry) {
      if (entry.column() < i) row[entry.column()] += entry.value;
      row[i] -= entry.value;
    });
    if (!(row[i] > 0)) row[i] = a.diagonal[i];
    for (int32_t j = 0; j <= i; ++j) {
      if (component[i] >= 0 && component[j] == component[i]) row[j] += alpha[component[i]];
    }
  }
  return true;
}

}  // namespace

Status CoarseFactor::factorize(const SplitMatrix& matrix, const int32_t* component, int32_t numComponents) {
  n = matrix.n;
  Buffer<double> dense;
  if (!fillDense(matrix, component, numComponents, dense)) return kOutOfMemory;
  if (!lower.allocateZero(uint64_t(n) * uint64_t(n)) || !inverseDiagonal.allocate(n)) return kOutOfMemory;
  for (int32_t i = 0; i < n; ++i) {
    double* const row = dense.data() + std::size_t(i) * n;
    const double diagonal = row[i];
    // Finished rows hold 1 / l_jj in the place of l_jj.
    for (int32_t j = 0; j < i; ++j) {
      const double* const other = dense.data() + std::size_t(j) * n;
      row[j] = (row[j] - dot(row, other, j)) * other[j];
    }
    const double pivot = diagonal - dot(row, row, i);
    if (!std::isfinite(pivot)) return kNotFinite;
    if (pivot < kNegativePivot * diagonal) return kNotPositiveDefinite;
    const bool isSound = pivot > kSmallestPivot * diagonal && matrix.inverseDiagonal[i] > 0;
    if (!isSound) std::memset(row, 0, sizeof(double) * std::size_t(i));
    row[i] = isSound ? 1 / std::sqrt(pivot) : 0;
    for (int32_t j = 0; j < i; ++j) lower[std::size_t(i) * n + j] = float(row[j]);
    inverseDiagonal[i] = float(row[i]);
  }
  return kOk;
}

void CoarseFactor::solve(const Quad* rhs, Quad* solution) const {
  for (int32_t i = 0; i < n; ++i) {
    const float* const row = lower.data() + std::size_t(i) * n;
    Quad even = rhs[i];
    Quad odd = 0.0f;
    int32_t j = 0;
    for (; j + 2 <= i; j += 2) {
      even -= row[j] * solution[j];
      odd -= row[j + 1] * solution[j + 1];
    }
    if (j < i) even -= row[j] * solution[j];
    solution[i] = (even + odd) * inverseDiagonal[i];
  }
  for (int32_t i = n - 1; i >= 0; --i) {
    const float* const row = lower.data() + std::size_t(i) * n;
    const Quad own = solution[i] * inverseDiagonal[i];
    solution[i] = own;
    for (int32_t j = 0; j < i; ++j) solution[j] -= row[j] * own;
  }
}

}  // namespace erfem
