import { UsageError } from "../core/errors.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import { TextSink, type ByteSink } from "./byte-sink.js";
import { maxInt } from "./writable-mesh.js";

/**
 * A section $ElementData for each view, the same in MSH 2.2 and 4.1; cells without a value are left out.
 * @throws UsageError `msh-tag-too-large` for cell tags above 2^31 - 1, `msh-view-invalid` for a name of several lines
 */
export function writeElementData(sink: ByteSink, { cellData, cellTags }: TetMesh): void {
  for (const { name, numComponents, values } of cellData) {
    if (/[\r\n]/.test(name)) {
      throw new UsageError(
        "msh-view-invalid",
        `The view ${JSON.stringify(name)} has a line end in its name: rename it.`,
        { details: { name } },
      );
    }
    let count = 0;
    for (let cell = 0; cell < cellTags.length; cell++) if (hasValue(values, numComponents, cell)) count++;
    sink.writeText(`$ElementData\n1\n"${name}"\n1\n0\n3\n0\n${numComponents}\n${count}\n`);
    for (let cell = 0; cell < cellTags.length; cell++) {
      if (!hasValue(values, numComponents, cell)) continue;
      const tag = cellTags[cell];
      if (tag > maxInt) {
        throw new UsageError(
          "msh-tag-too-large",
          `Element tag ${tag} is above ${maxInt}, the largest that $ElementData can hold: renumber the mesh.`,
          { details: { tag } },
        );
      }
      sink.writeInt(tag);
      for (let i = 0; i < numComponents; i++) sink.writeDouble(values[cell * numComponents + i]);
      sink.endRecord();
    }
    sink.writeText(`${sink instanceof TextSink ? "" : "\n"}$EndElementData\n`);
  }
}

function hasValue(values: Float64Array, numComponents: number, cell: number): boolean {
  for (let i = cell * numComponents; i < (cell + 1) * numComponents; i++) {
    if (!Number.isNaN(values[i])) return true;
  }
  return false;
}
