/** A corner of a slope triangle, with the text that stands there. */
export interface Corner {
  readonly x: number;
  readonly y: number;
  /** Empty at all corners but one. */
  readonly label: string;
}

/** A point of a curve. */
interface Point {
  readonly x: number;
  readonly y: number;
}

/** Share of the segment, in log x, that the triangle takes, in its middle. */
const widthShare = 0.7;

/** Distance below the curve, as a share of the height of the chart in log y, and at least so much. */
const distanceShare = 0.06;
const leastDistance = 0.15;

/**
 * The triangle of a slope y ~ x^order below a segment of a curve on two logarithmic axes: its hypotenuse lies below the
 * segment everywhere, its right angle at the lower right.
 *
 * @param left end of the segment with the smaller x
 * @param order positive
 * @param height log of the quotient of the largest and the smallest y of the chart
 */
export function placeSlopeTriangle(
  left: Point,
  right: Point,
  order: number,
  label: string,
  height: number,
): Corner[] {
  const length = Math.log(right.x / left.x);
  const x1 = left.x * Math.exp((length * (1 - widthShare)) / 2);
  const x2 = right.x / Math.exp((length * (1 - widthShare)) / 2);
  const slope = Math.log(right.y / left.y) / length;
  const curveAt = (x: number): number => left.y * (x / left.x) ** slope;
  const distance = Math.exp(Math.max(distanceShare * height, leastDistance));
  // A straight line is below another one where it is so at both ends.
  const y1 = Math.min(curveAt(x1), curveAt(x2) / (x2 / x1) ** order) / distance;
  const y2 = y1 * (x2 / x1) ** order;
  return [
    { x: x1, y: y1, label: "" },
    { x: x2, y: y1, label },
    { x: x2, y: y2, label: "" },
  ];
}
