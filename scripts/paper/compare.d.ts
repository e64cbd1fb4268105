export type Interval = readonly [lower: number, upper: number];
export interface EdgeRow {
  readonly edge: number;
  readonly ER: Interval;
  readonly cytosol: Interval;
}
export function roundingInterval(printed: string): Interval;
export function judge(printed: string, enclosure: Interval): "inside" | "agrees" | "outside";
export function checkSymmetry(
  rows: readonly EdgeRow[],
): { edge: number; mirror: number; ER: Interval; cytosol: Interval; meets: boolean }[];
export function formatInterval(enclosure: Interval): string;
