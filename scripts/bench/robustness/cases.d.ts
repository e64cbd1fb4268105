import type { DiffusionOptions } from "./diffusion-systems.js";
import type { Tensor } from "./grid.js";

export interface RobustnessCase {
  readonly name: string;
  readonly options: DiffusionOptions;
}

export function createRobustnessCases(numUnknowns: number, random: () => number): RobustnessCase[];
export function stretchAlong(x: number, y: number, z: number): Tensor;
