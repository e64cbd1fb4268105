import { existsSync } from "node:fs";
import type { DefaultTheme } from "vitepress";

/** The pages by journey: text of the link, page. Those that are not there are left out. */
const journeys: readonly { readonly text: string; readonly pages: readonly (readonly [string, string])[] }[] =
  [
    {
      text: "Start",
      pages: [
        ["Tutorial in ten minutes", "tutorial"],
        ["In the browser", "app"],
        ["The paper in one command", "paper"],
        ["The paper's numbers and figures", "paper/README"],
      ],
    },
    {
      text: "How to",
      pages: [
        ["Mesh a realistic ER in Gmsh", "how-to/mesh-in-gmsh"],
        ["Mesh without Gmsh", "meshing"],
        ["Mesh a segmented image", "images"],
        ["Mesh a triangulated surface", "surfaces"],
        ["Compute anisotropic tensors", "how-to/anisotropic-tensors"],
        ["Study convergence", "how-to/convergence"],
        ["Adapt a mesh", "adaptivity"],
        ["Draw figures for papers", "figures"],
        ["Sweep parameters", "sweeps"],
        ["Sweep on a cluster", "how-to/cluster-sweeps"],
        ["Simulate a cell", "simulation"],
        ["Solve the bidomain equations", "how-to/bidomain-simulation"],
        ["Use the library in TypeScript", "how-to/typescript"],
        ["Use erfem in the browser", "how-to/browser"],
      ],
    },
    {
      text: "Reference",
      pages: [
        ["Commands", "reference/commands"],
        ["Unit cells", "unit-cells"],
        ["Meshes and results", "formats"],
        ["Result files", "reference/result-file"],
        ["Study and simulation files", "reference/study-files"],
        ["Problem files and formulas", "problem-files"],
        ["Model files", "model-files"],
        ["Membrane models and buffers", "membrane-models"],
      ],
    },
    {
      text: "Background",
      pages: [
        ["Theory", "theory"],
        ["What is computed, and how", "homogenization"],
        ["Conditions on the outer faces", "boundary-conditions"],
        ["The macroscopic equations", "bidomain"],
        ["Homogenization checked", "resolved"],
        ["Performance", "performance"],
        ["Comparison with other programs", "comparison"],
        ["Architecture", "architecture"],
        ["Writing documentation", "contributing-docs"],
      ],
    },
  ];

/** The modules, whose pages typedoc makes. */
const programmingInterface = ["erfem", "erfem/node", "erfem/web"];

/**
 * The sidebar by journeys. The pages of the programming interface are listed by the page of their module: hundreds of links
 * in every page would be most of the site.
 *
 * @param docs folder of the pages, with `/` at its end
 */
export function createSidebar(docs: string): DefaultTheme.SidebarItem[] {
  const groups = journeys.map(({ text, pages }) => ({
    text,
    items: pages
      .filter(([, page]) => existsSync(`${docs}${page}.md`))
      .map(([label, page]) => ({ text: label, link: `/${page}` })),
  }));
  const items = programmingInterface.map((module) => ({ text: module, link: `/reference/api/${module}/` }));
  return [...groups, { text: "Programming interface", items }];
}
