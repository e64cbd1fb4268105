import type { PhysicalGroup } from "../mesh/tet-mesh.js";

/** Physical groups of this name, or of this tag where none has the name. */
export function findGroups(groups: readonly PhysicalGroup[], wanted: string): readonly PhysicalGroup[] {
  const named = groups.filter(({ name }) => name === wanted);
  return named.length > 0 ? named : groups.filter(({ tag }) => String(tag) === wanted);
}
