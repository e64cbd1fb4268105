// The C interface of the conjugate gradients; see kernel.h.
#include <new>

#include "conjugate-gradients.h"
#include "minimum-size.h"

using erfem::ConjugateGradients;

int32_t erfem_cg_create(int32_t n, const int32_t* rowStart, const int32_t* columns, const double* values,
                        const int32_t* component, int32_t numComponents, void** handle, double* info) {
  *handle = nullptr;
  info[0] = 0;
  info[1] = -1;
  if (n < 0 || numComponents < 0) return erfem::kBadArgument;
  auto* const cg = new (std::nothrow) ConjugateGradients;
  if (!cg) return erfem::kOutOfMemory;
  int32_t badRow = -1;
  const erfem::Status status = cg->create({n, rowStart, columns, values}, component, numComponents, badRow);
  info[0] = cg->preconditioner.shift;
  info[1] = badRow;
  if (status != erfem::kOk) {
    delete cg;
    return status;
  }
  *handle = cg;
  return erfem::kOk;
}

int32_t erfem_cg_start(void* handle, const double* rhs, int32_t numRhs, double relativeTolerance,
                       int32_t maxIterations) {
  return static_cast<ConjugateGradients*>(handle)->start(rhs, numRhs, relativeTolerance, maxIterations);
}

int32_t erfem_cg_iterate(void* handle, int32_t count) {
  return static_cast<ConjugateGradients*>(handle)->iterate(count);
}

int32_t erfem_cg_report(void* handle, int32_t* iterations, double* relativeResidual) {
  const auto* const cg = static_cast<ConjugateGradients*>(handle);
  for (int32_t lane = 0; lane < cg->numRhs; ++lane) {
    iterations[lane] = cg->iterations[lane];
    relativeResidual[lane] = cg->rhsNorm[lane] > 0 ? cg->residualNorm[lane] / cg->rhsNorm[lane] : 0;
  }
  return erfem::kOk;
}

int32_t erfem_cg_solution(void* handle, double* solution) {
  return static_cast<ConjugateGradients*>(handle)->copySolution(solution);
}

int32_t erfem_cg_precondition(void* handle, const double* residual, int32_t numRhs, double* result) {
  return static_cast<ConjugateGradients*>(handle)->precondition(residual, numRhs, result);
}

void erfem_cg_free(void* handle) { delete static_cast<ConjugateGradients*>(handle); }

ERFEM_END_OF_MINIMUM_SIZE
