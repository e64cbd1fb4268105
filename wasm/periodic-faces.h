// The identification of the opposite faces of a unit cell.
#pragma once

#include "kernel.h"

/// How far the pairs[numPairs x 2], slave and master, are from being translates of one another. translation (3): where
/// isGiven is 0, the mean displacement from master to slave is written there. gap (2): the largest distance of a slave
/// from its translated master; and of which pair, 0 where there is none.
ERFEM_EXPORT(erfem_measure_link)
int32_t erfem_measure_link(int32_t numPairs, const int32_t* pairs, const double* coordinates, int32_t isGiven,
                           double* translation, double* gap);

/// lowest (3): the least n_k . x of some nodes, or what was there before if that is less. normals (9): n_1, n_2, n_3.
ERFEM_EXPORT(erfem_lowest_nodes)
void erfem_lowest_nodes(int32_t count, const int32_t* nodes, const double* coordinates, const double* normals,
                        double* lowest);

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
  const double* coordinates;
  const int32_t* cells;
  int32_t numBoundary;
  const int32_t* boundary;     // half-facets
  const uint8_t* sideOfFacet;  // numBoundary
  int32_t numNear;
  const int32_t* nodes;        // numNear, near some face
  const uint8_t* sides;        // numNear
  const double* vectors;       // L_0, L_1, L_2 and the tolerance, 10
  int32_t* partner;            // numBoundary, written: the half-facet across the wrap, or -1
  int8_t* wrap;                // numBoundary, written
  int32_t* nodeClass;          // numNodes, written
  int32_t* lowPartner[3];      // numNodes each, written
  double* mismatch;            // 1: the largest distance between partners
};

}  // namespace erfem

/// Pairs the nodes and the facets of opposite faces, see src/mesh/periodic-mesh.ts for what is written. kBadArgument where
/// they do not pair one to one: then what has been written is of no use.
ERFEM_EXPORT(erfem_pair_faces) int32_t erfem_pair_faces(const erfem::FacePairing* faces);
