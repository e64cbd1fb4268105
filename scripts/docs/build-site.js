// Builds the site into docs/.vitepress/dist and checks it. `--base /erfem/`: for a folder of a host (default: /). Needs
// `npm run docs:api`.
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "vitepress";
import { checkSite } from "./check-site.js";

const docs = fileURLToPath(new URL("../../docs", import.meta.url));
const { base } = parseArgs({ options: { base: { type: "string", default: "/" } } }).values;
await build(docs, { base });
const { numPages, faults } = checkSite(`${docs}/.vitepress/dist`, base);
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exit(1);
console.log(`${numPages} pages, no broken link`);
