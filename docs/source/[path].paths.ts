import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { listLinkedSources } from "../../scripts/docs/links.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A page for each file of the repository to which the documentation links. */
export default {
  paths: () =>
    listLinkedSources(root).map((path) => ({
      params: { path: path.replace(/\.md$/, "") },
      content: showFile(path),
    })),
};

/** Markdown as it is, other files as code. */
function showFile(path: string): string {
  const text = readFileSync(`${root}${path}`, "utf8");
  if (path.endsWith(".md")) return text;
  const language = path.split(".").at(-1) ?? "text";
  return `# ${path}\n\n\`\`\`\`${language}\n${text}\n\`\`\`\``;
}
