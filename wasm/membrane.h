// The facets between two phases of a periodic mesh.
#pragma once

#include "kernel.h"

namespace erfem {

/// What a half-facet is to the membrane; the same numbers in src/mesh/membrane.ts.
enum FacetKind : uint8_t {
  kNotListed = 0,  // inside a phase, or the other of two half-facets that are listed
  kMembrane = 1,
  kUntagged = 2,   // between two phases, but not in the physical surface
  kInner = 3,      // in the physical surface, but inside one phase
  kOuter = 4,      // with nothing on the other side, where several phases are meshed
};

}  // namespace erfem

/// cellRegion[numCells]; regionPhase: phase of each region. numTagged facets, tagged[numTagged x 3], are the physical surface; -1: there is none.
/// Addresses are asked for afterwards.
ERFEM_EXPORT(erfem_membrane_create)
int32_t erfem_membrane_create(void* mesh, const int32_t* cellRegion, const int32_t* regionPhase, int32_t numPhases,
                              int32_t numTagged, const int32_t* tagged, void** handle);

/// Returns their number. Addresses (3, of 32 bits): half-facets, ascending (int32), the partner of each (int32), and its
/// kind (bytes).
ERFEM_EXPORT(erfem_membrane_arrays) int32_t erfem_membrane_arrays(void* handle, void** addresses);

ERFEM_EXPORT(erfem_membrane_free) void erfem_membrane_free(void* handle);
