// Draws the ER membrane of the sample unit cells into docs/unit-cells.svg: painter's algorithm, flat shading.
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { homogenize, parseMsh } from "erfem";
import { readMeshFile } from "erfem/node";

const SAMPLES = [
  { file: "three-pipe-0.1.msh", title: "Three pipes (Figure 2)" },
  { file: "arched-pipes.msh", title: "Arched pipes (Figure 9)" },
];
/** Pixels for one unit of length, and for one picture. */
const SCALE = 260;
const WIDTH = 440;
const HEIGHT = 470;
/** Orthonormal view: right, up, away from the reader. */
const RIGHT = [0.848, -0.53, 0];
const UP = [-0.2, -0.32, 0.926];
const AWAY = [-0.491, -0.785, -0.378];
const LIGHT = [-0.25, -0.75, 0.6];

const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

function project(point, offset) {
  const p = point.map((x) => x - 0.5);
  return [
    (offset + WIDTH / 2 + SCALE * dot(p, RIGHT)).toFixed(1),
    (HEIGHT / 2 + 12 - SCALE * dot(p, UP)).toFixed(1),
  ];
}

/** The facets of the ER's surface, its cut ends too, as triples of points with outward normals. */
function surfaceOfEr({ periodic, partition }) {
  const { mesh, partner, wrap } = periodic;
  const er = partition.phases.findIndex((phase) => phase.name === "ER");
  const corners = [
    [1, 2, 3],
    [0, 3, 2],
    [0, 1, 3],
    [0, 2, 1],
  ];
  const triangles = [];
  for (let half = 0; half < partner.length; half++) {
    const cell = half >> 2;
    if (partition.cellPhase[cell] !== er) continue;
    if (wrap[half] === 0 && partition.cellPhase[partner[half] >> 2] === er) continue;
    const points = corners[half & 3].map((i) => {
      const node = mesh.cells[4 * cell + i];
      return [...mesh.coordinates.subarray(3 * node, 3 * node + 3)];
    });
    const [a, b, c] = points;
    const u = b.map((x, d) => x - a[d]);
    const v = c.map((x, d) => x - a[d]);
    const n = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
    const length = Math.hypot(...n);
    triangles.push({ points, normal: n.map((x) => x / length), isCut: wrap[half] !== 0 });
  }
  return triangles;
}

function drawBox(offset) {
  const edges = [];
  for (let corner = 0; corner < 8; corner++) {
    for (const bit of [1, 2, 4]) {
      if (corner & bit) continue;
      const at = (c) => project([c & 1, (c >> 1) & 1, (c >> 2) & 1], offset).join(" ");
      edges.push(`M${at(corner)}L${at(corner | bit)}`);
    }
  }
  return `<path d="${edges.join("")}" fill="none" stroke="#999" stroke-width="1"/>`;
}

function drawTriangle({ points, normal, isCut }, offset) {
  const light = 0.62 + 0.38 * Math.max(0, dot(normal, LIGHT));
  const colour = (isCut ? [222, 140, 60] : [0, 130, 190]).map((c) =>
    Math.round(c * light + 30 * (1 - light)),
  );
  const path = points.map((point) => project(point, offset).join(" ")).join("L");
  const fill = `rgb(${colour.join()})`;
  return `<path d="M${path}Z" fill="${fill}" stroke="${fill}" stroke-width=".4"/>`;
}

const parts = [];
for (const [index, { file, title }] of SAMPLES.entries()) {
  const path = fileURLToPath(new URL(`../meshes/samples/${file}`, import.meta.url));
  const { bytes } = await readMeshFile(path);
  const homogenization = await homogenize(parseMsh(bytes), { phases: [{ name: "ER", volumes: ["ER"] }] });
  const { factor } = homogenization.result.phases.ER;
  const offset = index * WIDTH;
  const depth = ({ points }) => points.reduce((sum, point) => sum + dot(point, AWAY), 0);
  const visible = surfaceOfEr(homogenization)
    .filter(({ normal }) => dot(normal, AWAY) < 0)
    .sort((a, b) => depth(b) - depth(a));
  const diagonal = [0, 1, 2].map((k) => factor[k][k].toFixed(5)).join(", ");
  const text = (y, size, content) =>
    `<text x="${offset + WIDTH / 2}" y="${y}" text-anchor="middle" font-size="${size}">${content}</text>`;
  parts.push(drawBox(offset), ...visible.map((triangle) => drawTriangle(triangle, offset)));
  parts.push(text(24, 17, title), text(HEIGHT - 10, 14, `factor of the ER: diag(${diagonal})`));
}
const svg =
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SAMPLES.length * WIDTH} ${HEIGHT}" font-family="sans-serif">` +
  `<rect width="100%" height="100%" fill="#fff"/>${parts.join("\n")}</svg>\n`;
mkdirSync(new URL("../docs/", import.meta.url), { recursive: true });
writeFileSync(new URL("../docs/unit-cells.svg", import.meta.url), svg);
