import { cpSync, existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitepress";
import { slugify } from "../../scripts/docs/slugify.js";
import { createSidebar } from "./sidebar.js";
import { linkSources } from "./source-links.js";

const docs = fileURLToPath(new URL("..", import.meta.url));

function isThere(link: string): boolean {
  return existsSync(`${docs}${link}.md`);
}

/**
 * Tables of fields fit beside the sidebar: long names of fields break, cells are close. Formulas that are too wide scroll along,
 * never up and down.
 */
const tableStyle = `
.vp-doc th, .vp-doc td { padding: 6px 10px; font-size: 14px; line-height: 1.5; vertical-align: top; }
.vp-doc td:first-child:has(code) { min-width: 12em; }
.vp-doc td:nth-child(-n + 2) code { overflow-wrap: anywhere; }
mjx-container[jax="SVG"][display="true"] { min-width: 0 !important; padding: 2px 0 4px; overflow: auto hidden; scrollbar-width: none; }
`;

/**
 * The documentation site. Static files, which load nothing from other hosts; `docs:build -- --base /erfem/` makes them for a
 * folder of a host.
 */
export default defineConfig({
  title: "erfem",
  description: "Homogenized calcium diffusion tensors of the endoplasmic reticulum and the cytosol",
  lang: "en",
  head: [["style", {}, tableStyle]],
  lastUpdated: false,
  metaChunk: true,
  markdown: {
    math: true,
    anchor: { slugify },
    config: (markdown) => {
      markdown.use(linkSources);
    },
  },
  themeConfig: {
    search: { provider: "local" },
    outline: { level: [2, 3] },
    nav: [
      { text: "Tutorial", link: "/tutorial" },
      { text: "Commands", link: "/reference/commands" },
    ].filter(({ link }) => isThere(link)),
    sidebar: createSidebar(docs),
  },
  // The front page offers pages that are there.
  transformPageData: ({ frontmatter }) => {
    const hero = frontmatter["hero"] as { actions: { link: string }[] } | undefined;
    if (hero !== undefined) hero.actions = hero.actions.filter(({ link }) => isThere(link));
  },
  vite: {
    // Its own, not that of the browser application.
    configFile: false,
    build: { chunkSizeWarningLimit: 4000 },
  },
  // The JSON Schemas are linked to as files.
  buildEnd: ({ outDir }) => {
    cpSync(`${docs}reference/schemas`, `${outDir}/reference/schemas`, { recursive: true });
  },
});
