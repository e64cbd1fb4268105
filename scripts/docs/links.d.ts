export function resolveLink(file: string, href: string): { path: string; hash: string } | undefined;
export function findLinks(text: string): readonly { href: string; line: number }[];
export function removeCode(text: string): string;
export function listPages(root: string): readonly string[];
export function listLinkedSources(root: string): readonly string[];
