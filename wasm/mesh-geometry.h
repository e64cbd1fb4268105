// Passes over the points and cells of a mesh.
#pragma once

#include "kernel.h"

/// Box, volume and largest coordinate. extent (8): smallest coordinates (3), largest (3), largest magnitude of a
/// coordinate, sum of the cell volumes with compensation.
ERFEM_EXPORT(erfem_mesh_extent)
void erfem_mesh_extent(int32_t numNodes, const double* coordinates, int32_t numCells, const int32_t* cells,
                       double* extent);

/// Lists the nodes within `distance` of some plane n_k . (x - origin) = 0 or h_k, ascending, and returns their number.
/// planes (15): n_1, n_2, n_3, h_1, h_2, h_3, origin. nodes[numNodes]; sides[numNodes]: bit 2 k for the low plane of
/// direction k, bit 2 k + 1 for the high one. outermost (2): the farthest that a node lies outside all planes,
/// `distance` if no more; and which node, -1 for none.
ERFEM_EXPORT(erfem_list_face_nodes)
int32_t erfem_list_face_nodes(int32_t numNodes, const double* coordinates, const double* planes, double distance,
                              int32_t* nodes, uint8_t* sides, double* outermost);

/// Returns the first i for which cell phaseCells[i] holds a point, or -1. barycentric (4): its coordinates there.
ERFEM_EXPORT(erfem_locate_point)
int32_t erfem_locate_point(int32_t numNodes, const double* coordinates, const int32_t* cells, int32_t numPhaseCells,
                           const int32_t* phaseCells, const double* point, double* barycentric);

/// to[i] = from[order[i]], items of `bytes` bytes: 4, 8 or 24.
ERFEM_EXPORT(erfem_gather) void erfem_gather(int32_t count, const int32_t* order, int32_t bytes, const void* from, void* to);
