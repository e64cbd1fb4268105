import type { MembraneKind } from "../../src/bidomain/membrane-kind.js";
export function formatMembraneModels(kinds: readonly MembraneKind[]): string;
export function replaceModels(text: string, models: string): string;
