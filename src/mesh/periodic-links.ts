import { PeriodicityError } from "../core/errors.js";
import { norm3, type Vector3 } from "../core/tensor.js";
import type { BoundingBox } from "./geometry.js";
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
export function periodicTranslations(mesh: TetMesh, box: BoundingBox, tolerance: number): Vector3[] {
  const { min, max } = box;
  const distance = tolerance * Math.max(max[0] - min[0], max[1] - min[1], max[2] - min[2]);
  const translations: Vector3[] = [];
  for (const link of mesh.periodicLinks) {
    if (link.dimension !== 2 || link.nodePairs.length === 0) continue;
    const t = linkTranslation(mesh, link, distance);
    const known = translations.some(
      (u) =>
        norm3([u[0] - t[0], u[1] - t[1], u[2] - t[2]]) <= distance ||
        norm3([u[0] + t[0], u[1] + t[1], u[2] + t[2]]) <= distance,
    );
    if (!known) translations.push(t);
  }
  return translations;
}

function linkTranslation(mesh: TetMesh, link: PeriodicLink, distance: number): Vector3 {
  const x = mesh.coordinates;
  const numPairs = link.nodePairs.length / 2;
  const mean: [number, number, number] = [0, 0, 0];
  for (let pair = 0; pair < numPairs; pair++) {
    const slave = 3 * link.nodePairs[2 * pair];
    const master = 3 * link.nodePairs[2 * pair + 1];
    for (let d = 0; d < 3; d++) mean[d] += (x[slave + d] - x[master + d]) / numPairs;
  }
  const affine = link.affine;
  const t: Vector3 = affine === null ? mean : [affine[3], affine[7], affine[11]];
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
  let worst = 0;
  let worstPair = 0;
  for (let pair = 0; pair < numPairs; pair++) {
    const slave = 3 * link.nodePairs[2 * pair];
    const master = 3 * link.nodePairs[2 * pair + 1];
    const gap = norm3([
      x[slave] - x[master] - t[0],
      x[slave + 1] - x[master + 1] - t[1],
      x[slave + 2] - x[master + 2] - t[2],
    ]);
    if (gap > worst) {
      worst = gap;
      worstPair = pair;
    }
  }
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
