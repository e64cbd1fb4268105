import type { MarkdownRenderer } from "vitepress";
import { resolveLink } from "../../scripts/docs/links.js";

/**
 * Links to files of the repository outside of docs, as they are on GitHub (`../src/fem/element.ts`), lead to the page of the
 * site that shows the file.
 */
export function linkSources(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push("link-sources", ({ tokens, env }) => {
    const { relativePath } = env as { readonly relativePath?: string };
    if (relativePath === undefined) return;
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.type === "link_open" ? token.attrGet("href") : null;
      if (href !== null) token.attrSet("href", siteLink(href, relativePath));
    }
  });
}

/** A link of a page as the site needs it. */
function siteLink(href: string, page: string): string {
  // A page of a file of the repository has that file's links.
  const shown = /^source\/(.*)$/.exec(page)?.[1];
  const link = resolveLink(shown ?? `docs/${page}`, href);
  if (link === undefined) return href;
  const inDocs = link.path.startsWith("docs/");
  if (inDocs && shown === undefined) return href;
  return `${inDocs ? link.path.slice("docs".length) : `/source/${link.path.replace(/\.md$/, "")}.html`}${link.hash}`;
}
