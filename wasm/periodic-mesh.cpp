#include "periodic-mesh.h"

#include <new>

#include "chunks.h"

namespace erfem {

void PeriodicMesh::countCorners(int32_t numPhaseCells, const int32_t* phaseCells) {
  inChunks(numPhaseCells, [=, this, count = classCount.data()](int64_t from, int64_t to) {
    for (int64_t i = from; i < to; i++) {
      const int32_t* const nodes = cells + 4 * int64_t{phaseCells[i]};
      for (int local = 0; local < 4; local++) count[nodeClass[nodes[local]]]++;
    }
  });
}

void PeriodicMesh::forgetCorners(int32_t numPhaseCells, const int32_t* phaseCells) {
  if (4 * int64_t{numPhaseCells} > numNodes) {
    classCount.clear();
    std::memset(nodeIndex.data(), 0xff, sizeof(int32_t) * nodeIndex.size());
    return;
  }
  for (int32_t i = 0; i < numPhaseCells; i++) {
    for (int local = 0; local < 4; local++) {
      const int32_t node = cells[4 * int64_t{phaseCells[i]} + local];
      classCount[nodeClass[node]] = 0;
      nodeIndex[node] = -1;
    }
  }
}

}  // namespace erfem

using namespace erfem;

int32_t erfem_mesh_create(int32_t numNodes, const double* coordinates, int32_t numCells, const int32_t* cells,
                          void** handle) {
  *handle = nullptr;
  auto* const mesh = new (std::nothrow) PeriodicMesh{};
  if (!mesh || !mesh->nodeIndex.allocate(numNodes)) {
    delete mesh;
    return kOutOfMemory;
  }
  mesh->numNodes = numNodes;
  mesh->numCells = numCells;
  mesh->coordinates = coordinates;
  mesh->cells = cells;
  std::memset(mesh->nodeIndex.data(), 0xff, sizeof(int32_t) * mesh->nodeIndex.size());
  *handle = mesh;
  return kOk;
}

int32_t erfem_mesh_neighbours(void* handle, int32_t numBoundary, const int32_t* boundary, const int32_t* partner,
                              const int8_t* wrap, const int32_t* nodeClass, const int32_t* lowPartner0,
                              const int32_t* lowPartner1, const int32_t* lowPartner2) {
  PeriodicMesh& mesh = *static_cast<PeriodicMesh*>(handle);
  mesh.numBoundary = numBoundary;
  mesh.boundary = boundary;
  mesh.partner = partner;
  mesh.wrap = wrap;
  mesh.nodeClass = nodeClass;
  mesh.lowPartner[0] = lowPartner0;
  mesh.lowPartner[1] = lowPartner1;
  mesh.lowPartner[2] = lowPartner2;
  mesh.degree.reset();
  mesh.nodeMark.reset();
  mesh.classCount.reset();
  if (!nodeClass) return kOk;
  if (!mesh.degree.allocateZero(mesh.numNodes) || !mesh.nodeMark.allocateZero(mesh.numNodes) ||
      !mesh.classCount.allocateZero(mesh.numNodes))
    return kOutOfMemory;
  inChunks(mesh.numCells, [nodeClass, cells = mesh.cells, degree = mesh.degree.data()](int64_t from, int64_t to) {
    for (int64_t corner = 4 * from; corner < 4 * to; corner++) degree[nodeClass[cells[corner]]]++;
  });
  for (int32_t i = 0; i < numBoundary; i++) {
    for (int corner = 0; corner < 3; corner++) {
      const int32_t node = facetNode(mesh.cells, boundary[i], corner);
      mesh.nodeMark[node] |= kBoundaryNode;
      if (partner[i] < 0) mesh.nodeMark[nodeClass[node]] |= kOpenClass;
    }
  }
  return kOk;
}

void erfem_mesh_free(void* handle) { delete static_cast<PeriodicMesh*>(handle); }
