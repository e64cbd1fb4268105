// Writes docs/reference: the commands. Needs `npm run build`.
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { formatCommandReference } from "./command-reference.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = `${root}docs/reference/`;
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}commands.md`, formatCommandReference(`${root}dist/cli/main.js`));
