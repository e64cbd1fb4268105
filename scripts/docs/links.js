import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

/**
 * Where a relative link of a file leads to: a path from the root of the repository, and the anchor with its #; undefined for
 * links to other hosts.
 *
 * @param {string} file from the root of the repository
 * @param {string} href
 */
export function resolveLink(file, href) {
  if (/^([a-z][a-z+.-]*:|\/)/i.test(href)) return undefined;
  const [path, hash] = [href.replace(/#.*$/s, ""), /#.*$/s.exec(href)?.[0] ?? ""];
  if (path === "") return { path: file, hash };
  return { path: posix.join(posix.dirname(file), decodeURI(path)), hash };
}

/**
 * The relative links and images of a Markdown text; those in code are none.
 *
 * @param {string} text
 * @returns {readonly { href: string, line: number }[]}
 */
export function findLinks(text) {
  return removeCode(text)
    .split("\n")
    .flatMap((line, index) =>
      [...line.matchAll(/\]\(\s*<?([^\s)>]+)>?(?:\s+"[^"]*")?\s*\)|\b(?:src|href)="([^"]*)"/g)].map(
        (match) => ({
          href: match[1] ?? match[2],
          line: index + 1,
        }),
      ),
    );
}

/** A Markdown text with its code blocks, code spans and comments blanked; lines stay where they are. */
export function removeCode(text) {
  const blank = (match) => match.replace(/[^\n]/g, " ");
  return text
    .replace(/^( *)(```+|~~~+)[^\n]*\n[\s\S]*?^ *\2[^\n]*$/gm, blank)
    .replace(/<!--[\s\S]*?-->/g, blank)
    .replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, (match) => (match.includes("\n\n") ? match : blank(match)));
}

/**
 * The Markdown files of the documentation, from the root of the repository; what is generated for the site alone is not there.
 *
 * @param {string} root folder of the repository
 * @returns {readonly string[]}
 */
export function listPages(root) {
  const pages = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".md") && !/^(\.vitepress|reference\/api|source)\//.test(name))
    .map((name) => `docs/${name}`);
  return ["README.md", "meshes/README.md", ...pages.sort()];
}

/**
 * Files outside of docs to which pages of docs link, directly or by another such file: the site has a page for each.
 *
 * @param {string} root folder of the repository
 * @returns {readonly string[]}
 */
export function listLinkedSources(root) {
  const found = new Set();
  const queue = listPages(root).filter((page) => page.startsWith("docs/"));
  for (let page = queue.pop(); page !== undefined; page = queue.pop()) {
    for (const { href } of findLinks(readFileSync(join(root, page), "utf8"))) {
      const path = resolveLink(page, href)?.path;
      if (path === undefined || path.startsWith("docs/") || path.startsWith("../") || found.has(path))
        continue;
      found.add(path);
      if (path.endsWith(".md")) queue.push(path);
    }
  }
  return [...found].sort();
}
