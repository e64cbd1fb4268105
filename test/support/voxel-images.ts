import type { VolumeImage } from "../../src/io/volume-image.js";

/** An image of n^3 voxels of the unit cube: label 2 where the function is negative at the centre, else 1. */
export function sampleImage(n: number, phi: (x: number, y: number, z: number) => number): VolumeImage {
  const data = new Uint8Array(n ** 3);
  for (let v = 0; v < data.length; v++) {
    const [i, j, k] = [v % n, Math.floor(v / n) % n, Math.floor(v / n ** 2)];
    data[v] = phi((i + 0.5) / n, (j + 0.5) / n, (k + 0.5) / n) < 0 ? 2 : 1;
  }
  return { shape: [n, n, n], data, spacing: [1 / n, 1 / n, 1 / n], unit: null };
}

/** Distance from three round pipes of radius r along the axes through the middle of the unit cube (inside: roughly). */
export function threePipes(r: number): (x: number, y: number, z: number) => number {
  return (x, y, z) => {
    const [a, b, c] = [x - 0.5, y - 0.5, z - 0.5];
    return Math.min(Math.hypot(a, b), Math.hypot(b, c), Math.hypot(a, c)) - r;
  };
}

/** V = 3 pi r^2 - 8 2^(1/2) r^3: the three cylinders, less what two (16/3 r^3 each pair) and three (Steinmetz) share. */
export function threePipesVolume(r: number): number {
  return 3 * Math.PI * r ** 2 - 8 * Math.SQRT2 * r ** 3;
}

/** S = dV/dr = 6 pi r - 24 2^(1/2) r^2. */
export function threePipesArea(r: number): number {
  return 6 * Math.PI * r - 24 * Math.SQRT2 * r ** 2;
}
