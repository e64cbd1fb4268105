import type { TiffPage } from "./tiff-pages.js";

/** What the pixels of the one page are said to be. */
interface PixelForm {
  readonly width: number;
  readonly tileWidth: number | null;
  readonly bitsPerSample: number;
}

/**
 * A TIFF file of one page alone, with the compressed strips or tiles of a page that has been checked and the few tags a
 * decoder needs: what else a file holds (loops of directories, colour maps, offsets out of it) never reaches the decoder.
 */
export function writePageFile(
  bytes: Uint8Array,
  page: TiffPage,
  form: PixelForm,
  isLittleEndian: boolean,
): Uint8Array<ArrayBuffer> {
  const isTiled = form.tileWidth !== null;
  const numBlocks = page.offsets.length;
  const entries: [tag: number, values: readonly number[]][] = [
    [256, [form.width]],
    [257, [page.height]],
    [258, [form.bitsPerSample]],
    [259, [page.compression]],
    // Black is zero: values as they are stored.
    [262, [1]],
    ...(isTiled ? [] : [[273, page.offsets] as [number, readonly number[]]]),
    [277, [1]],
    ...(isTiled
      ? []
      : ([
          [278, [page.rowsPerBlock]],
          [279, page.byteCounts],
        ] as [number, readonly number[]][])),
    [317, [page.predictor]],
    ...(isTiled
      ? ([
          [322, [form.tileWidth]],
          [323, [page.rowsPerBlock]],
          [324, page.offsets],
          [325, page.byteCounts],
        ] as [number, readonly number[]][])
      : []),
    [339, [1]],
  ];
  const tablesStart = 8 + 2 + 12 * entries.length + 4;
  const dataStart = tablesStart + 8 * numBlocks;
  const file = new Uint8Array(dataStart + page.byteCounts.reduce((sum, count) => sum + count, 0));
  const view = new DataView(file.buffer);
  file.set(isLittleEndian ? [0x49, 0x49] : [0x4d, 0x4d]);
  view.setUint16(2, 42, isLittleEndian);
  view.setUint32(4, 8, isLittleEndian);
  view.setUint16(8, entries.length, isLittleEndian);
  const newOffsets = copyBlocks(file, dataStart, bytes, page);
  let table = tablesStart;
  entries.forEach(([tag, values], e) => {
    const entry = 10 + 12 * e;
    const written = values === page.offsets ? newOffsets : values;
    view.setUint16(entry, tag, isLittleEndian);
    // Type 4: whole numbers of 32 bits.
    view.setUint16(entry + 2, 4, isLittleEndian);
    view.setUint32(entry + 4, written.length, isLittleEndian);
    let at = entry + 8;
    if (written.length > 1) {
      view.setUint32(at, table, isLittleEndian);
      at = table;
      table += 4 * written.length;
    }
    written.forEach((value, i) => {
      view.setUint32(at + 4 * i, value, isLittleEndian);
    });
  });
  return file;
}

function copyBlocks(file: Uint8Array, start: number, bytes: Uint8Array, page: TiffPage): number[] {
  let at = start;
  return page.offsets.map((offset, block) => {
    const target = at;
    file.set(bytes.subarray(offset, offset + page.byteCounts[block]), target);
    at += page.byteCounts[block];
    return target;
  });
}
