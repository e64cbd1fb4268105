// The energy of fields on the cells, see assembly.h.
#include "assembly.h"
#include "cell-geometry.h"
#include "chunks.h"

namespace erfem {
namespace {

constexpr int kLocal = 4;  // dofs of a cell

struct Mesh {
  const double* coordinates;
  const int32_t* cells;
  const int32_t* phaseCells;
};

struct Coefficient {
  const double* tensors;
  const int32_t* tensorOfCell;
};

/// The energies of some cells. Every term is a square for k = l, so that small energies keep their digits.
void addEnergies(int64_t from, int64_t to, const Mesh& mesh, const int32_t* cellDofs, const double* element,
                          const Coefficient& coefficient, const double* chi, double* energy) {
  double inverse[9], sums[9] = {0};
  for (int64_t i = from; i < to; i++) {
    const int32_t* dofs = cellDofs + kLocal * i;
    const double volume =
        invertJacobian(mesh.coordinates, mesh.cells + 4 * int64_t{mesh.phaseCells[i]}, inverse);
    const double* a = coefficient.tensors + (coefficient.tensorOfCell ? 9 * int64_t{coefficient.tensorOfCell[i]} : 0);
    double field[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};  // e_k + grad chi_k
    for (int k = 0; k < 3; k++) {
      double slope[3] = {0, 0, 0};  // gradient of chi_k on the reference cell
      for (int p = 0; p < kLocal; p++) {
        const double value = chi[3 * int64_t{dofs[p]} + k];
        for (int j = 0; j < 3; j++) slope[j] += value * element[3 * p + j];
      }
      for (int j = 0; j < 3; j++)
        field[k][j] += slope[0] * inverse[j] + slope[1] * inverse[3 + j] + slope[2] * inverse[6 + j];
    }
    for (int l = 0; l < 3; l++) {
      double flux[3];
      for (int j = 0; j < 3; j++)
        flux[j] = volume * (a[3 * j] * field[l][0] + a[3 * j + 1] * field[l][1] + a[3 * j + 2] * field[l][2]);
      for (int k = 0; k <= l; k++)
        sums[3 * k + l] += flux[0] * field[k][0] + flux[1] * field[k][1] + flux[2] * field[k][2];
    }
  }
  for (int e = 0; e < 9; e++) energy[e] += sums[e];
}

}  // namespace
}  // namespace erfem

using namespace erfem;

int32_t erfem_assembly_energy(const double* coordinates, const int32_t* cells, int32_t numPhaseCells,
                              const int32_t* phaseCells, const int32_t* cellDofs, const double* element,
                              const double* tensors, const int32_t* tensorOfCell, const double* chi, double* energy) {
  for (int e = 0; e < 9; e++) energy[e] = 0;
  inChunks(numPhaseCells, [&](int64_t from, int64_t to) {
    addEnergies(from, to, {coordinates, cells, phaseCells}, cellDofs, element, {tensors, tensorOfCell}, chi, energy);
  });
  for (int k = 0; k < 3; k++) {
    for (int l = 0; l < k; l++) energy[3 * k + l] = energy[3 * l + k];
  }
  return kOk;
}
