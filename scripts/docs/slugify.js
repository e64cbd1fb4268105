/**
 * The anchor of a heading as GitHub makes it: lower case, letters, digits, `_` and `-` kept, each space a `-`. The site makes
 * the same, so that a link to an anchor is right in both.
 *
 * @param {string} heading text of the heading, without marks of Markdown
 * @returns {string}
 */
export function slugify(heading) {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
    .replaceAll(" ", "-");
}
