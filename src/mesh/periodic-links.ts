import { PeriodicityError } from "../core/errors.js";
import { norm3, type Vector3 } from "../core/tensor.js";
import { withKernelBuffers } from "../kernel/kernel-buffers.js";
import type { Kernel, KernelPointer } from "../kernel/kernel.js";
import type { KernelSurvey } from "./survey-mesh.js";
import type { PeriodicLink, TetMesh } from "./tet-mesh.js";

/**
 * The different translations, up to sign, by which the $Periodic section of a mesh identifies its surfaces.
 *
 * Taken from the affine map of each surface link, or, where the file gives none, from the mean displacement of its node
 * pairs.
 *
 * @param tolerance relative to the size of the mesh
 * @throws PeriodicityError `periodic-not-a-translation` for a map that turns or scales, or pairs that do not follow it
 */
export function periodicTranslations(
  kernel: Kernel,
  mesh: TetMesh,
  survey: KernelSurvey,
  tolerance: number,
): Vector3[] {
  const { min, max } = survey.box;
  const distance = tolerance * Math.max(max[0] - min[0], max[1] - min[1], max[2] - min[2]);
  const translations: Vector3[] = [];
  for (const link of mesh.periodicLinks) {
    if (link.dimension !== 2 || link.nodePairs.length === 0) continue;
    const t = linkTranslation(kernel, mesh, survey.coordinatesAt, link, distance);
    const known = translations.some(
      (u) =>
        norm3([u[0] - t[0], u[1] - t[1], u[2] - t[2]]) <= distance ||
        norm3([u[0] + t[0], u[1] + t[1], u[2] + t[2]]) <= distance,
    );
    if (!known) translations.push(t);
  }
  return translations;
}

function linkTranslation(
  kernel: Kernel,
  mesh: TetMesh,
  coordinatesAt: KernelPointer,
  link: PeriodicLink,
  distance: number,
): Vector3 {
  const { affine } = link;
  if (affine !== null) {
    for (let row = 0; row < 3; row++) {
      for (let column = 0; column < 3; column++) {
        if (Math.abs(affine[4 * row + column] - (row === column ? 1 : 0)) <= 1e-9) continue;
        throw new PeriodicityError(
          "periodic-not-a-translation",
          `the $Periodic section maps surface ${link.masterTag} to surface ${link.slaveTag} by a map that is not a ` +
            `translation; opposite faces of a unit cell are translates of each other: use Translate in Gmsh`,
          { details: { masterTag: link.masterTag, slaveTag: link.slaveTag, affine: [...affine] } },
        );
      }
    }
  }
  const { t, worst, worstPair } = measureLink(kernel, coordinatesAt, link);
  if (worst > distance) {
    const slaveNode = mesh.nodeTags[link.nodePairs[2 * worstPair]];
    const masterNode = mesh.nodeTags[link.nodePairs[2 * worstPair + 1]];
    throw new PeriodicityError(
      "periodic-not-a-translation",
      `the $Periodic section makes node ${slaveNode} the image of node ${masterNode} (surface ${link.slaveTag} of ` +
        `${link.masterTag}), but it lies ${worst.toExponential(3)} beside that image, more than the tolerance ` +
        `${distance.toExponential(3)}; mesh the faces again, or raise --periodic-tolerance if this is acceptable`,
      { details: { slaveNode, masterNode, distance: worst, tolerance: distance } },
    );
  }
  return t;
}

/** The translation of a link, its farthest pair and how far that is off. */
function measureLink(
  kernel: Kernel,
  coordinatesAt: KernelPointer,
  { affine, nodePairs }: PeriodicLink,
): { readonly t: Vector3; readonly worst: number; readonly worstPair: number } {
  return withKernelBuffers(kernel, (buffers) => {
    const given = affine === null ? [0, 0, 0] : [affine[3], affine[7], affine[11]];
    const [tAt, gapAt] = [buffers.copyIn(Float64Array.from(given)), buffers.allocate(2 * 8)];
    const pairs = [nodePairs.length / 2, buffers.copyIn(nodePairs)];
    kernel.call("erfem_measure_link", ...pairs, coordinatesAt, affine === null ? 0 : 1, tAt, gapAt);
    const [x, y, z] = buffers.readFloat64(tAt, 3);
    const [worst, worstPair] = buffers.readFloat64(gapAt, 2);
    return { t: [x, y, z], worst, worstPair };
  });
}
