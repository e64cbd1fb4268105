import { describe, expect, it } from "vitest";
import { UsageError } from "../../src/core/errors.js";
import { lineChart, type LineChart } from "../../src/plots/line-chart.js";
import { okabeIto } from "../../src/plots/palette.js";
import { placeSlopeTriangle } from "../../src/plots/slope-triangle.js";

const sizes = [0.1, 0.05, 0.025];
const chart: LineChart = {
  title: "Errors <of> P1",
  x: { label: "mesh size", unit: "um", log: true },
  y: { label: "error", log: true },
  series: [
    {
      name: "ER & co",
      x: sizes,
      y: sizes.map((h) => h ** 2),
      band: { lower: sizes.map((h) => h ** 2 / 2), upper: sizes.map((h) => 2 * h ** 2) },
    },
    { name: "cytosol", x: [...sizes, 1], y: [0.3, 0.2, 0.1, 0], dashed: true, mark: "line" },
  ],
  slopes: [{ order: 2, series: "ER & co" }],
};

async function codeOf(wrong: LineChart): Promise<unknown> {
  const error: unknown = await lineChart(wrong).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(UsageError);
  return (error as UsageError).code;
}

/** Contents of the text elements. */
function textsOf(svg: string): string[] {
  return Array.from(svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g), (match) => match[1]);
}

describe("lineChart", () => {
  it("gives the same text for the same chart, and refers to nothing by id, so that charts can share a page", async () => {
    const svg = await lineChart(chart);
    expect(svg.startsWith("<svg")).toBe(true);
    expect(await lineChart(chart)).toBe(svg);
    expect(svg).not.toMatch(/url\(|<script| id="/);
  });

  it("shows labels with units, names of series, title and slope as text", async () => {
    const texts = textsOf(await lineChart(chart));
    for (const text of ["mesh size (um)", "error", "ER &amp; co", "cytosol", "Errors &lt;of&gt; P1", "2"]) {
      expect(texts).toContain(text);
    }
  });

  it("draws points, a line, a dashed line and a band in the colours of the palette", async () => {
    const svg = await lineChart(chart);
    // Three points and the symbol of the legend; the series drawn as a line has none.
    expect(svg.split(`fill="${okabeIto[0]}"`).length - 1).toBeGreaterThanOrEqual(4);
    expect(svg).toContain(`stroke="${okabeIto[1]}"`);
    expect(svg).toMatch(/stroke-dasharray="6,4"/);
    expect(svg).toMatch(/aria-roledescription="area mark container"/);
  });

  it("leaves out what a logarithmic axis cannot show", async () => {
    const texts = textsOf(await lineChart(chart));
    // The point (1, 0) of the second series would stretch the x axis to 1.
    expect(texts).not.toContain("1");
  });

  it("refuses charts without points, and series that are no series", async () => {
    const [first] = chart.series;
    expect(await codeOf({ ...chart, series: [] })).toBe("chart-empty");
    expect(await codeOf({ ...chart, series: [{ name: "a", x: [1], y: [-1] }] })).toBe("chart-empty");
    expect(await codeOf({ ...chart, series: [first, first] })).toBe("chart-series-invalid");
    expect(await codeOf({ ...chart, series: [{ name: "a", x: [1, 2], y: [1] }] })).toBe(
      "chart-series-invalid",
    );
    expect(await codeOf({ ...chart, x: { label: "linear" } })).toBe("chart-series-invalid");
  });
});

describe("placeSlopeTriangle", () => {
  it.each([0.5, 1.5, 3])("has the slope %d and lies below the curve", (order) => {
    const curve = (x: number): number => 7 * x ** 1.5;
    const corners = placeSlopeTriangle({ x: 0.1, y: curve(0.1) }, { x: 0.2, y: curve(0.2) }, order, "p", 3);
    const [low, right, high] = corners;
    expect(Math.log(high.y / low.y) / Math.log(high.x / low.x)).toBeCloseTo(order, 12);
    expect([right.x, right.y, right.label]).toEqual([high.x, low.y, "p"]);
    expect(low.x).toBeGreaterThan(0.1);
    expect(high.x).toBeLessThan(0.2);
    for (const corner of corners) expect(corner.y).toBeLessThan(0.9 * curve(corner.x));
  });
});
