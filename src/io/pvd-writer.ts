/** A data file of a collection, at a time. */
export interface PvdEntry {
  readonly time: number;
  /** Path relative to the collection. */
  readonly file: string;
}

/** Writes a ParaView collection: the files of a series in time. */
export function writePvd(entries: readonly PvdEntry[]): string {
  return [
    '<?xml version="1.0"?>',
    '<VTKFile type="Collection" version="1.0">',
    "<Collection>",
    ...entries.map(({ time, file }) => `<DataSet timestep="${time}" part="0" file="${escapeXml(file)}"/>`),
    "</Collection>",
    "</VTKFile>",
    "",
  ].join("\n");
}

function escapeXml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
