import type { UnitCellFamily } from "./family.js";
import { ramps } from "./ramps.js";
import { randomNetwork } from "./random-network.js";
import { roundPipes } from "./round-pipes.js";
import { sarcoplasmicReticulum } from "./sarcoplasmic-reticulum.js";
import { sheets } from "./sheets.js";
import { spheresBodyCentred, spheresFaceCentred, spheresSimpleCubic } from "./spheres.js";
import { tubuleNetwork } from "./tubule-network.js";

/** The families of unit cells given by implicit surfaces. */
export const unitCellFamilies: readonly UnitCellFamily[] = [
  roundPipes,
  tubuleNetwork,
  randomNetwork,
  sheets,
  ramps,
  sarcoplasmicReticulum,
  spheresSimpleCubic,
  spheresBodyCentred,
  spheresFaceCentred,
];

/** The family of a name; undefined where there is none. */
export function findFamily(name: string): UnitCellFamily | undefined {
  return unitCellFamilies.find((family) => family.name === name);
}
