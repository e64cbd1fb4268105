import { describe, expect, it } from "vitest";
import { parseVolumeImage } from "../../src/io/parse-image.js";
import { parseRawImage } from "../../src/io/raw-image.js";
import type { VoxelArray } from "../../src/io/volume-image.js";
import { codeOf, nrrdFile, npyFile, rawBytes, tiffFile } from "../support/image-files.js";

const shape = [4, 3, 2] as const;
/** Value 100 k + 10 j + i at voxel (i, j, k): x fastest. */
const values = Array.from(
  { length: 24 },
  (_, v) => (v % 4) + 10 * (Math.floor(v / 4) % 3) + 100 * Math.floor(v / 12),
);
/** The same values with z fastest. */
const reversed = Array.from(
  { length: 24 },
  (_, v) => Math.floor(v / 6) + 10 * (Math.floor(v / 2) % 3) + 100 * (v % 2),
);
const bytes = Uint8Array.from(values);

describe("NumPy arrays", () => {
  it.each<[string, VoxelArray | BigInt64Array]>([
    ["|b1", Uint8Array.from(values)],
    ["|u1", Uint8Array.from(values)],
    ["|i1", Int8Array.from(values)],
    ["<u2", Uint16Array.from(values)],
    ["<i2", Int16Array.from(values)],
    ["<u4", Uint32Array.from(values)],
    ["<i4", Int32Array.from(values)],
    ["<i8", BigInt64Array.from(values, BigInt)],
    ["<f4", Float32Array.from(values)],
    ["<f8", Float64Array.from(values)],
  ])("of %s, in both byte orders and versions 1 and 2", async (descr, data) => {
    const big = descr.replace("<", ">");
    for (const file of [
      npyFile(descr, [2, 3, 4], rawBytes(data)),
      npyFile(big, [2, 3, 4], rawBytes(data, descr !== big), { version: 2 }),
    ]) {
      const image = await parseVolumeImage(file);
      expect(image.shape).toEqual(shape);
      expect(Array.from(image.data)).toEqual(values);
      expect(image.spacing).toBeNull();
    }
  });

  it("of halves", async () => {
    // 1, -2, the smallest subnormal number, infinity; IEEE 754.
    const halves = Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7c00);
    const image = await parseVolumeImage(npyFile("<f2", [1, 1, 4], rawBytes(halves)));
    expect(Array.from(image.data)).toEqual([1, -2, 2 ** -24, Infinity]);
  });

  it("in both orders of memory and of names come to the same voxels", async () => {
    const other = Uint8Array.from(reversed);
    for (const [file, axes] of [
      [npyFile("|u1", [2, 3, 4], bytes), "zyx"],
      [npyFile("|u1", [2, 3, 4], other, { fortran: true }), "zyx"],
      [npyFile("|u1", [4, 3, 2], other), "xyz"],
      [npyFile("|u1", [4, 3, 2], bytes, { fortran: true }), "xyz"],
    ] as const) {
      const image = await parseVolumeImage(file, { axes });
      expect(image.shape).toEqual(shape);
      expect(Array.from(image.data)).toEqual(values);
    }
  });

  it("that are not images are refused", async () => {
    expect(await codeOf(parseVolumeImage(npyFile("<c8", [2, 3, 4], bytes)))).toBe("image-unsupported");
    expect(await codeOf(parseVolumeImage(npyFile("|u1", [3, 4], bytes)))).toBe("image-not-3d");
    expect(await codeOf(parseVolumeImage(npyFile("|u1", [2, 3, 0], bytes)))).toBe("image-header-damaged");
    expect(await codeOf(parseVolumeImage(npyFile("|u1", [2, 3, 5], bytes)))).toBe("image-truncated");
    expect(await codeOf(parseVolumeImage(npyFile("<f8", [99999, 99999, 99999], bytes)))).toBe(
      "image-too-large",
    );
    expect(await codeOf(parseVolumeImage(npyFile("|u1", [2, 3, 4], bytes), { maxBytes: 23 }))).toBe(
      "image-too-large",
    );
    const large = rawBytes(BigInt64Array.of(1n, 2n ** 40n));
    expect(await codeOf(parseVolumeImage(npyFile("<i8", [1, 1, 2], large)))).toBe("image-value-too-large");
  });
});

describe("NRRD files", () => {
  const fields = ["type: uint8", "spacings: 4 4 5"];

  it.each(["raw", "gzip"])("with %s data", async (encoding) => {
    const image = await parseVolumeImage(nrrdFile(fields, shape, bytes, encoding));
    expect(image).toEqual({ shape, data: bytes, spacing: [4, 4, 5], unit: null });
  });

  it("in both byte orders, with the spacing of directions at right angles", async () => {
    const data = Uint16Array.from(values);
    const directions = ["space: left-posterior-superior", "space directions: (0,-3,0) (4,0,0) (0,0,5)"];
    for (const endian of ["little", "big"]) {
      const image = await parseVolumeImage(
        nrrdFile(
          ["type: ushort", `endian: ${endian}`, ...directions, 'space units: "nm" "nm" "nm"'],
          shape,
          rawBytes(data, endian === "big"),
        ),
      );
      expect(image).toEqual({ shape, data, spacing: [3, 4, 5], unit: "nm" });
    }
  });

  it("with a fourth axis of one layer, as Slicer writes segmentations", async () => {
    const directions = "space directions: none (3,0,0) (0,4,0) (0,0,5)";
    const image = await parseVolumeImage(nrrdFile(["type: uint8", directions], [1, ...shape], bytes, "gzip"));
    expect(image).toEqual({ shape, data: bytes, spacing: [3, 4, 5], unit: null });
  });

  it("with bytes to skip, forwards and from the end", async () => {
    const padded = Uint8Array.from([7, 7, 7, ...values]);
    for (const [skip, encoding] of [
      [3, "raw"],
      [-1, "raw"],
      [3, "gzip"],
    ] as const) {
      const image = await parseVolumeImage(
        nrrdFile([...fields, `byte skip: ${skip}`], shape, padded, encoding),
      );
      expect(image.data).toEqual(bytes);
    }
  });

  it("that cannot be read say why", async () => {
    const code = async (some: readonly string[], sizes: readonly number[] = shape): Promise<string> =>
      await codeOf(parseVolumeImage(nrrdFile(some, sizes, bytes)));
    expect(await code(["type: block"])).toBe("image-unsupported");
    expect(await code(["type: uint8", "data file: other.raw"])).toBe("image-unsupported");
    expect(await code(["type: uint8", "space directions: (1,0,0) (1,1,0) (0,0,1)"])).toBe("image-oblique");
    expect(await code(["type: uint16"])).toBe("image-truncated");
    expect(await code(["type: int16", "endian: middle"])).not.toBe("none");
    expect(await code(["type: uint8"], [4, 3, 3])).toBe("image-truncated");
    expect(await code(["type: uint8"], [2, 2, 3, 2])).toBe("image-not-3d");
    expect(await code(["type: uint8", "type: uint8"])).toBe("image-header-damaged");
    expect(await codeOf(parseVolumeImage(nrrdFile(fields, shape, bytes, "bzip2")))).toBe("image-unsupported");
    // Data that expands beyond what the header says is stopped there.
    expect(await codeOf(parseVolumeImage(nrrdFile(fields, shape, new Uint8Array(1 << 20), "gzip")))).toBe(
      "gzip-too-large",
    );
  });
});

describe("TIFF stacks", () => {
  it.each([
    { bits: 8, data: Uint8Array.from(values) },
    { bits: 8, format: 2, data: Int8Array.from(values) },
    { bits: 16, data: Uint16Array.from(values) },
    { bits: 32, data: Uint32Array.from(values) },
    { bits: 32, format: 2, data: Int32Array.from(values, (value) => value - 50) },
    { bits: 32, format: 3, data: Float32Array.from(values) },
    { bits: 64, format: 3, data: Float64Array.from(values) },
  ])("of $bits bits (format $format), both byte orders, plain and deflate", async ({ data, ...form }) => {
    for (const bigEndian of [false, true]) {
      for (const deflate of [false, true]) {
        const file = tiffFile(shape, rawBytes(data, bigEndian), {
          ...form,
          bigEndian,
          deflate,
          rowsPerStrip: 2,
        });
        expect(await parseVolumeImage(file)).toEqual({ shape, data, spacing: null, unit: null });
      }
    }
  });

  it("with LZW, as another program writes it", async () => {
    // Six by four pixels, written by Pillow: value (7 v) mod 251 at voxel v, but 2 in the first three columns.
    const file =
      "SUkqACAAAACAAKBBUOCOBAIfkYmwc0nA7wdJppQwEAAJAAABAwABAAAABgAAAAEBAwABAAAABAAAAAIBAwABAAAACAAAAAMBAwABAAAABQAAAAYBAwABAAAAAQAAABEBBAABAAAACAAAABYBAwABAAAABAAAABcBBAABAAAAFwAAABwBAwABAAAAAQAAAAAAAAA=";
    const image = await parseVolumeImage(Buffer.from(file, "base64"));
    expect(image.shape).toEqual([6, 4, 1]);
    expect(Array.from(image.data)).toEqual(
      Array.from({ length: 24 }, (_, v) => (v % 6 < 3 ? 2 : (7 * v) % 251)),
    );
  });

  it("with the spacing of ImageJ and of OME, but not that of a printer", async () => {
    const imageJ = "ImageJ=1.53t\nimages=2\nslices=2\nunit=nm\nspacing=5.0\n";
    const ome =
      '<OME><Pixels PhysicalSizeX="3" PhysicalSizeY="4" PhysicalSizeZ="5" PhysicalSizeXUnit="nm" PhysicalSizeYUnit="nm" PhysicalSizeZUnit="nm"/></OME>';
    const read = async (description: string): Promise<object> => {
      const resolution = [250, 500] as const;
      const { spacing, unit } = await parseVolumeImage(
        tiffFile(shape, bytes, { bits: 8, description, resolution }),
      );
      return { spacing, unit };
    };
    expect(await read(imageJ)).toEqual({ spacing: [4, 2, 5], unit: "nm" });
    expect(await read(ome)).toEqual({ spacing: [3, 4, 5], unit: "nm" });
    expect(await read("made by hand")).toEqual({ spacing: null, unit: null });
    expect(await read(imageJ.replace("unit=nm\n", ""))).toEqual({ spacing: null, unit: null });
    expect(await codeOf(read(imageJ.replace("slices=2", "channels=2")))).toBe("image-not-3d");
    expect(await codeOf(read(imageJ.replace("images=2", "images=3")))).toBe("image-unsupported");
  });

  it("whose directories run in a circle are refused", async () => {
    const file = tiffFile([4, 3, 1], bytes, { bits: 8 });
    // The last four bytes are the offset of the next directory, the first directory's stands at byte 4.
    file.set(file.subarray(4, 8), file.length - 4);
    expect(await codeOf(parseVolumeImage(file))).toBe("image-header-damaged");
  });
});

describe("bare values", () => {
  it("are read with a shape, and must be as many", () => {
    const data = Uint16Array.from(values);
    expect(parseRawImage(rawBytes(data, true), { shape, type: "uint16", endian: "big" }).data).toEqual(data);
    expect(() => parseRawImage(bytes, { shape: [4, 3, 3], type: "uint8" })).toThrow(
      /36 bytes, the file has 24/,
    );
  });

  it("are not guessed at", async () => {
    expect(await codeOf(parseVolumeImage(bytes))).toBe("image-format-unknown");
    expect(await codeOf(parseVolumeImage(new Uint8Array(0)))).toBe("image-format-unknown");
  });
});
