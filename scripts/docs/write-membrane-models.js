// Writes the built-in membrane models into docs/membrane-models.md. Needs `npm run build`.
import { readFileSync, writeFileSync } from "node:fs";
import { membraneKinds } from "../../dist/bidomain/membrane-catalog.js";
import { formatMembraneModels, replaceModels } from "./membrane-table.js";

const document = new URL("../../docs/membrane-models.md", import.meta.url);
writeFileSync(document, replaceModels(readFileSync(document, "utf8"), formatMembraneModels(membraneKinds)));
