import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { findLinks, listPages, removeCode, resolveLink } from "../../scripts/docs/links.js";
import { slugify } from "../../scripts/docs/slugify.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

test.each(listPages(root))("the relative links of %s lead to files and headings that are there", (page) => {
  const faults = findLinks(readFileSync(join(root, page), "utf8")).flatMap(({ href, line }) => {
    const fault = findFault(page, href);
    return fault === undefined ? [] : [`${page}:${line}: ${href} ${fault}`];
  });
  expect(faults).toEqual([]);
});

test("links in code and in comments are none", () => {
  const text = "[a](b.md) `[c](d.md)`\n```\n[e](f.md)\n```\n<!-- [g](h.md) -->\n![i](j.png)";
  expect(findLinks(text)).toEqual([
    { href: "b.md", line: 1 },
    { href: "j.png", line: 6 },
  ]);
});

test("the anchors are those of GitHub", () => {
  expect(slugify("The result of `erfem homogenize`")).toBe("the-result-of-erfem-homogenize");
  expect(slugify("What is computed, and how")).toBe("what-is-computed-and-how");
  expect(slugify("L <= a~ <= U")).toBe("l--a--u");
  expect(slugify("χ_k, mesh_size")).toBe("χ_k-mesh_size");
});

/** What is wrong with a link; undefined where nothing is. */
function findFault(page: string, href: string): string | undefined {
  // The front page of the site leads to what is made for the site.
  if (page === "docs/index.md") return undefined;
  const link = resolveLink(page, href);
  if (link === undefined)
    return href.startsWith("/") ? "begins with /, which GitHub takes elsewhere" : undefined;
  const path = join(root, link.path);
  if (link.path.startsWith("../") || !existsSync(path)) return `leads to ${link.path}, which is not there`;
  // The site has no pages of folders.
  if (page.startsWith("docs/") && statSync(path).isDirectory()) return "leads to a folder; expected a file";
  if (link.hash === "") return undefined;
  if (!link.path.endsWith(".md")) return "has an anchor in a file that has no headings";
  const anchors = listAnchors(readFileSync(path, "utf8"));
  return anchors.has(decodeURI(link.hash.slice(1))) ? undefined : `has no heading ${link.hash}`;
}

/** Anchors of the headings of a Markdown text; the second of the same name ends in -1. */
function listAnchors(text: string): ReadonlySet<string> {
  const lines = text.split("\n");
  const anchors = new Set<string>();
  const counts = new Map<string, number>();
  removeCode(text)
    .split("\n")
    .forEach((line, index) => {
      if (!/^#{1,6} /.test(line)) return;
      // The name of a link, and code without its marks; the line itself, for code is blanked in the other one.
      const title = lines[index].replace(/^#+ /, "").replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1");
      const slug = slugify(title.replaceAll(/[`*]/g, ""));
      const count = counts.get(slug) ?? 0;
      counts.set(slug, count + 1);
      anchors.add(count === 0 ? slug : `${slug}-${count}`);
    });
  return anchors;
}
