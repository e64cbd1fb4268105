import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";

/**
 * What is wrong with the built site: links, anchors, scripts, styles and pictures that are not there, and those that are asked of
 * another host.
 *
 * @param {string} root folder of the site
 * @param {string} base folder of the host for which it was built, `/` at both ends
 * @returns {{ numPages: number, faults: readonly string[] }}
 */
export function checkSite(root, base) {
  const site = { root, base, anchors: listAnchors(root) };
  const faults = [...site.anchors.keys()].flatMap((page) =>
    [...readText(root, page).matchAll(/<(\w+)\s([^>]*)>/g)].flatMap(([, tag, attributes]) =>
      [...attributes.matchAll(/(?:^|\s)(?:href|src)="([^"]*)"/g)].flatMap(([, link]) => {
        const fault = checkLink(site, page, tag, decodeEntities(link));
        return fault === undefined ? [] : [`${page}: ${decodeEntities(link)} ${fault}`];
      }),
    ),
  );
  const styles = listFiles(root, ".css")
    .filter((name) => /(?:url\(|@import\s*)["']?(?:https?:)?\/\//.test(readText(root, name)))
    .map((name) => `${name} asks another host for something`);
  return { numPages: site.anchors.size, faults: [...new Set([...faults, ...styles])] };
}

/** What is wrong with a link; undefined where nothing is. */
function checkLink({ root, base, anchors }, page, tag, link) {
  if (/^(mailto|data|javascript):/.test(link)) return undefined;
  // A link may lead elsewhere; nothing is loaded from there.
  if (/^([a-z]+:)?\/\//i.test(link)) return tag === "a" ? undefined : `is asked of another host by <${tag}>`;
  const [path, hash] = [link.replace(/[?#].*$/, ""), /#(.*)$/.exec(link)?.[1] ?? ""];
  if (path.startsWith("/") && !path.startsWith(base)) return `does not begin with ${base}`;
  const inSite = path.startsWith("/") ? path.slice(base.length) : posix.join(posix.dirname(page), path);
  const file = path === "" ? page : findFile(root, decodeURIComponent(inSite));
  if (file === undefined) return "is not there";
  const known = anchors.get(file);
  return hash === "" || known === undefined || known.has(decodeURIComponent(hash))
    ? undefined
    : "has no such anchor";
}

/** Anchors of each page. */
function listAnchors(root) {
  return new Map(
    listFiles(root, ".html").map((page) => [
      page,
      new Set([...readText(root, page).matchAll(/\sid="([^"]+)"/g)].map((match) => decodeEntities(match[1]))),
    ]),
  );
}

function findFile(root, path) {
  const names = [path, `${path}.html`, posix.join(path, "index.html")];
  return names.find((name) => existsSync(join(root, name)) && statSync(join(root, name)).isFile());
}

function listFiles(root, ending) {
  return readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(ending));
}

function readText(root, name) {
  return readFileSync(join(root, name), "utf8");
}

function decodeEntities(text) {
  return text
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
