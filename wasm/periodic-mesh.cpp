#include "periodic-mesh.h"

#include <new>

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

int32_t erfem_mesh_neighbours(void* handle, const int32_t* partner, const int8_t* wrap, const int32_t* nodeClass,
                              const int32_t* lowPartner0, const int32_t* lowPartner1, const int32_t* lowPartner2) {
  PeriodicMesh& mesh = *static_cast<PeriodicMesh*>(handle);
  mesh.partner = partner;
  mesh.wrap = wrap;
  mesh.nodeClass = nodeClass;
  mesh.lowPartner[0] = lowPartner0;
  mesh.lowPartner[1] = lowPartner1;
  mesh.lowPartner[2] = lowPartner2;
  mesh.cellIndex.reset();
  mesh.nodeMark.reset();
  if (!partner) return kOk;
  if (!mesh.cellIndex.allocate(mesh.numCells) || !mesh.nodeMark.allocateZero(mesh.numNodes)) return kOutOfMemory;
  std::memset(mesh.cellIndex.data(), 0xff, sizeof(int32_t) * mesh.cellIndex.size());
  return kOk;
}

void erfem_mesh_free(void* handle) { delete static_cast<PeriodicMesh*>(handle); }
