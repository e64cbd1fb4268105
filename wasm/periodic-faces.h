// The identification of the opposite faces of a unit cell.
#pragma once

#include "kernel.h"

/// The boundary facets on the faces. boundary[numBoundary]: half-facets. nodes[numNear] with sides[numNear], of each node
/// near a face, as erfem_list_face_nodes lists them. sideOfFacet[numBoundary]: the bits that the three nodes have in
/// common. shortest (1): length of the shortest edge of a facet on a face, infinity where there is none.
ERFEM_EXPORT(erfem_side_facets)
int32_t erfem_side_facets(int32_t numNodes, const double* coordinates, const int32_t* cells, int32_t numBoundary,
                          const int32_t* boundary, int32_t numNear, const int32_t* nodes, const uint8_t* sides,
                          uint8_t* sideOfFacet, double* shortest);

namespace erfem {

/// Arguments of erfem_pair_faces: addresses are of 32 bits in WebAssembly.
struct FacePairing {
  int32_t numNodes;
  int32_t numCells;
  const double* coordinates;
  const int32_t* cells;
  int32_t numBoundary;
  const int32_t* boundary;     // half-facets
  const uint8_t* sideOfFacet;  // numBoundary
  int32_t numNear;
  const int32_t* nodes;        // numNear, near some face
  const uint8_t* sides;        // numNear
  const double* vectors;       // L_0, L_1, L_2 and the tolerance, 10
  int32_t* partner;            // numCells x 4: without the pairs across the wrap on entry
  int8_t* wrap;                // numCells x 4, written
  int32_t* nodeClass;          // numNodes, written
  int32_t* lowPartner[3];      // numNodes each, written
  double* mismatch;            // 1: the largest distance between partners
};

}  // namespace erfem

/// Pairs the nodes and the facets of opposite faces, see src/mesh/periodic-mesh.ts for what is written. kBadArgument where
/// they do not pair one to one: then what has been written is of no use.
ERFEM_EXPORT(erfem_pair_faces) int32_t erfem_pair_faces(const erfem::FacePairing* faces);
