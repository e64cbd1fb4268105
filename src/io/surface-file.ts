import { ParseError, type ErrorDetails } from "../core/errors.js";

/** A surface as its file gives it: triangles over points, nothing welded, nothing checked but the numbers. */
export interface SurfaceFile {
  readonly format: "binary STL" | "ASCII STL" | "OBJ" | "OFF";
  /** Coordinates, numPoints x 3, finite. A STL file has three points of its own for each triangle. */
  readonly points: Float64Array;
  /** Point indices, numTriangles x 3, in range; polygons are cut into fans. */
  readonly triangles: Int32Array;
  /** Faces of the file with more than three corners. */
  readonly numPolygons: number;
}

/** An error of a surface file. */
export function surfaceError(code: string, message: string, details: ErrorDetails = {}): ParseError {
  return new ParseError(code, message, { details });
}

/** Numbers in the order in which they come; the memory grows in powers of two. */
export class GrowingArray<T extends Float64Array | Int32Array> {
  length = 0;
  #values: T;
  readonly #create: (length: number) => T;

  constructor(create: (length: number) => T) {
    this.#create = create;
    this.#values = create(1 << 10);
  }

  push(value: number): void {
    if (this.length === this.#values.length) {
      const grown = this.#create(2 * this.length);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.length++] = value;
  }

  at(index: number): number {
    return this.#values[index];
  }

  set(index: number, value: number): void {
    this.#values[index] = value;
  }

  toArray(): T {
    return this.#values.slice(0, this.length) as T;
  }
}

/** The points and triangles of a text file while it is read. */
export class SurfaceBuilder {
  readonly points = new GrowingArray((length) => new Float64Array(length));
  readonly corners = new GrowingArray((length) => new Int32Array(length));
  numPolygons = 0;

  get numPoints(): number {
    return this.points.length / 3;
  }

  /**
   * A point from three texts.
   *
   * @throws ParseError `surface-value-invalid`
   */
  addPoint(texts: readonly (string | undefined)[], line: number): void {
    for (let d = 0; d < 3; d++) {
      const text = texts[d];
      const value = text === undefined || text === "" ? NaN : Number(text);
      if (!Number.isFinite(value)) throw invalidPoint(texts.slice(0, 3).join(" "), `line ${line}`, { line });
      this.points.push(value);
    }
  }

  /** A polygon as a fan of triangles around its first corner. */
  addPolygon(corners: readonly number[]): void {
    if (corners.length > 3) this.numPolygons++;
    for (let i = 2; i < corners.length; i++) {
      this.corners.push(corners[0]);
      this.corners.push(corners[i - 1]);
      this.corners.push(corners[i]);
    }
  }

  /**
   * @throws ParseError `surface-empty`
   */
  finish(format: SurfaceFile["format"]): SurfaceFile {
    if (this.corners.length === 0) throw emptySurface(format, this.numPoints);
    return {
      format,
      points: this.points.toArray(),
      triangles: this.corners.toArray(),
      numPolygons: this.numPolygons,
    };
  }
}

/** ParseError `surface-value-invalid` of a point. */
export function invalidPoint(found: string, where: string, details: ErrorDetails): ParseError {
  return surfaceError(
    "surface-value-invalid",
    `The point at ${where} is "${found}"; expected three finite numbers. Export the surface again.`,
    details,
  );
}

/** ParseError `surface-empty`. */
export function emptySurface(format: string, numPoints: number): ParseError {
  return surfaceError(
    "surface-empty",
    `The ${format} file has ${numPoints} points and no triangle; expected a triangulated surface. Export it as a mesh, not ` +
      "as points or curves.",
    { format, numPoints },
  );
}
