import type { ResolvedStudy } from "../../src/io/resolved-study.js";

export function formatStudy(study: ResolvedStudy): string;
export function replacePart(document: string, name: string, text: string): string;
