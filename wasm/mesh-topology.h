// Tetrahedral meshes: an order that keeps neighbours near in memory, and the partners of facets.
#pragma once

#include "kernel.h"

/// Nodes along a Morton curve, cells by their first node on it, both stable.
/// coordinates[numNodes x 3]. cells[numCells x 4] get new node numbers, and go to ordered[numCells x 4] in new order.
/// oldNode[numNodes], oldCell[numCells]: what stood where, by new number.
ERFEM_EXPORT(erfem_order_mesh)
int32_t erfem_order_mesh(int32_t numNodes, const double* coordinates, int32_t numCells, int32_t* cells,
                         int32_t* oldNode, int32_t* oldCell, int32_t* ordered);

/// Half-facet 4 cell + i is the facet opposite local node i. partner[numCells x 4]: the half-facet with the same three
/// nodes, -1 where there is none. kBadArgument with conflict[3]: the half-facets of a facet of three cells; or the two
/// of a facet whose cells lie on the same side of it, and -1; or -1 first, for a node out of range.
/// Every cell must have positive volume, det(x1 - x0, x2 - x0, x3 - x0) > 0.
ERFEM_EXPORT(erfem_pair_facets)
int32_t erfem_pair_facets(int32_t numNodes, int32_t numCells, const int32_t* cells, int32_t* partner,
                          int32_t* conflict);
