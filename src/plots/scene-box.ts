/** A unit cell around a scene. */
export interface SceneBox {
  /** Lowest corner. */
  readonly origin: readonly [number, number, number];
  /** Three edges. */
  readonly vectors: readonly (readonly [number, number, number])[];
  /** Unit of its lengths, for the labels of the axes. */
  readonly unit?: string;
}

/** A text beside an edge. */
export interface EdgeLabel {
  readonly x: number;
  readonly y: number;
  readonly anchor: "start" | "middle" | "end";
  readonly text: string;
}

/** An edge that is seen shorter than this has no label, pixels. */
const LEAST_LENGTH = 30;

/** Share of the distance from the middle that counts for lying below. */
const DOWNWARDS = 0.3;

/** Ends of the 12 edges, 12 x 2 x 3. */
export function boxEdges({ origin, vectors }: SceneBox): Float64Array {
  const ends: number[] = [];
  for (let d = 0; d < 3; d++) {
    for (let corner = 0; corner < 4; corner++) {
      const sides = [0, 0, 0];
      sides[(d + 1) % 3] = corner & 1;
      sides[(d + 2) % 3] = corner >> 1;
      ends.push(...place(sides));
      sides[d] = 1;
      ends.push(...place(sides));
    }
  }
  return Float64Array.from(ends);

  function place(sides: readonly number[]): number[] {
    return origin.map((x, k) => x + vectors.reduce((sum, vector, d) => sum + sides[d] * vector[k], 0));
  }
}

/**
 * Names of the axes with lengths and unit, each beside the edge of its direction that lies outermost and lowest in the picture.
 *
 * @param project pixel of a point
 * @param distance of the text from its edge, pixels
 */
export function labelBox(
  box: SceneBox,
  project: (x: number, y: number, z: number) => readonly number[],
  distance: number,
): EdgeLabel[] {
  const ends = boxEdges(box);
  const pixels = Array.from({ length: 24 }, (_, i) => project(ends[3 * i], ends[3 * i + 1], ends[3 * i + 2]));
  const middle = [0, 1].map((k) => pixels.reduce((sum, pixel) => sum + pixel[k] / 24, 0));
  return ["x", "y", "z"].flatMap((name, d): EdgeLabel[] => {
    const edges = [0, 1, 2, 3].map((corner) => {
      const [a, b] = [pixels[8 * d + 2 * corner], pixels[8 * d + 2 * corner + 1]];
      const [u, v] = [(a[0] + b[0]) / 2 - middle[0], (a[1] + b[1]) / 2 - middle[1]];
      const long = Math.hypot(b[0] - a[0], b[1] - a[1]);
      return { u, v, long, slope: [(b[0] - a[0]) / long, (b[1] - a[1]) / long] };
    });
    if (edges[0].long < LEAST_LENGTH) return [];
    const best = edges.reduce((a, b) => (score(b) > score(a) + 1e-6 ? b : a));
    // Away from the middle, at a right angle to the edge.
    const [nx, ny] = [-best.slope[1], best.slope[0]];
    const side = nx * best.u + ny * best.v >= 0 ? 1 : -1;
    const [dx, dy] = [side * nx, side * ny];
    const length = Number(Math.hypot(...box.vectors[d]).toPrecision(4));
    return [
      {
        x: middle[0] + best.u + distance * dx,
        y: middle[1] + best.v + distance * dy,
        anchor: dx > 0.35 ? "start" : dx < -0.35 ? "end" : "middle",
        text: `${name}: ${length}${box.unit === undefined || box.unit === "" ? "" : ` ${box.unit}`}`,
      },
    ];
  });
}

function score({ u, v }: { readonly u: number; readonly v: number }): number {
  return Math.hypot(u, v) + DOWNWARDS * v - 0.05 * u;
}
