// The C interface of the conjugate gradients with multigrid; see kernel.h.
#include <new>

#include "assembled.h"
#include "multigrid-cg.h"
#include "minimum-size.h"

using erfem::MultigridCg;

namespace {

/// Sets up by create(cg, badRow) and tells what came of it.
template <typename Create>
int32_t setUp(int32_t robust, void** handle, double* info, Create create) {
  *handle = nullptr;
  info[0] = info[1] = info[2] = 0;
  info[3] = -1;
  auto* const cg = new (std::nothrow) MultigridCg;
  if (!cg) return erfem::kOutOfMemory;
  cg->preconditioner.options = robust ? erfem::kRobustMultigrid : erfem::kFastMultigrid;
  int32_t badRow = -1;
  const erfem::Status status = create(*cg, badRow);
  info[0] = cg->preconditioner.numLevels;
  info[1] = cg->preconditioner.operatorComplexity;
  info[2] = cg->preconditioner.levels[cg->preconditioner.numLevels > 0 ? cg->preconditioner.numLevels - 1 : 0].matrix.n;
  info[3] = badRow;
  if (status != erfem::kOk) {
    delete cg;
    return status;
  }
  *handle = cg;
  return erfem::kOk;
}

}  // namespace

int32_t erfem_mg_create(int32_t n, const int32_t* rowStart, const int32_t* columns, const double* values,
                        const int32_t* component, int32_t numComponents, int32_t robust, void** handle, double* info) {
  return setUp(robust, handle, info, [&](MultigridCg& cg, int32_t& badRow) {
    if (n < 0 || numComponents < 0 || (!component && numComponents > 0)) return erfem::kBadArgument;
    return cg.create({n, rowStart, columns, values}, component, numComponents, badRow);
  });
}

int32_t erfem_mg_create_assembled(void* assembly, const int32_t* component, int32_t numComponents, int32_t robust,
                                  void** handle, double* info) {
  erfem::Assembly& given = *static_cast<erfem::Assembly*>(assembly);
  erfem::UpperTriangle& upper = given.upper;
  const int32_t n = given.numDofs;
  *handle = nullptr;
  const erfem::CsrView half = {n, upper.rowStart.data(), upper.columns.data(), upper.values.data()};
  if (!erfem::isOrderLocal(half, true)) return erfem::kRunning;
  return setUp(robust, handle, info, [&](MultigridCg& cg, int32_t& badRow) {
    if (numComponents < 0 || (!component && numComponents > 0)) return erfem::kBadArgument;
    return cg.createFrom(upper, n, component, numComponents, badRow);
  });
}

int32_t erfem_mg_start(void* handle, const double* rhs, const double* guess, int32_t numRhs, int32_t stride,
                       double relativeTolerance, int32_t maxIterations) {
  return static_cast<MultigridCg*>(handle)->start(rhs, guess, numRhs, stride, relativeTolerance, maxIterations);
}

int32_t erfem_mg_iterate(void* handle, int32_t count) { return static_cast<MultigridCg*>(handle)->iterate(count); }

int32_t erfem_mg_report(void* handle, int32_t* iterations, double* relativeResidual) {
  const auto* const cg = static_cast<MultigridCg*>(handle);
  for (int32_t lane = 0; lane < cg->numRhs; ++lane) {
    iterations[lane] = cg->iterations[lane];
    relativeResidual[lane] = cg->rhsNorm[lane] > 0 ? cg->residualNorm[lane] / cg->rhsNorm[lane] : 0;
  }
  return erfem::kOk;
}

int32_t erfem_mg_solution(void* handle, double* solution, int32_t stride) {
  return static_cast<MultigridCg*>(handle)->copySolution(solution, stride);
}

int32_t erfem_mg_precondition(void* handle, const double* residual, int32_t numRhs, double* result) {
  return static_cast<MultigridCg*>(handle)->precondition(residual, numRhs, result);
}

void erfem_mg_free(void* handle) { delete static_cast<MultigridCg*>(handle); }

ERFEM_END_OF_MINIMUM_SIZE
