import { describe, expect, it } from "vitest";
import { parseVolumeImage } from "../../src/io/parse-image.js";
import { codeOf, npyFile, nrrdFile, rawBytes, tiffFile } from "../support/image-files.js";
import { createRandom } from "../support/msh-text.js";

const shape = [6, 5, 4] as const;
const data = Uint16Array.from({ length: 120 }, (_, v) => (v * v) % 977);
const description = "ImageJ=1.53t\nimages=4\nslices=4\nunit=nm\nspacing=5.0\n";
const fields = ["type: uint16", "endian: little", "space directions: (1,0,0) (0,1,0) (0,0,2)"];

describe.each([
  ["npy", npyFile("<u2", [4, 5, 6], rawBytes(data))],
  ["nrrd", nrrdFile(fields, shape, rawBytes(data))],
  ["nrrd, gzip", nrrdFile(fields, shape, rawBytes(data), "gzip")],
  ["tiff", tiffFile(shape, rawBytes(data), { bits: 16, description, rowsPerStrip: 3 })],
  ["tiff, deflate", tiffFile(shape, rawBytes(data), { bits: 16, description, deflate: true })],
])("a damaged %s file", (_, whole) => {
  it("cut anywhere is refused", async () => {
    for (let length = 0; length < whole.length; length++) {
      const code = await codeOf(parseVolumeImage(whole.slice(0, length), { maxBytes: 1 << 24 }));
      expect(code, `${length} of ${whole.length}`).toMatch(/^(image|gzip)-/);
    }
  });

  it("with 1 to 3 bytes changed, 1500 times, gives an image or an error of ours", async () => {
    const random = createRandom(whole.length);
    const outcomes = new Map<string, number>();
    for (let i = 0; i < 1500; i++) {
      const bytes = whole.slice();
      for (let n = 1 + Math.floor(3 * random()); n > 0; n--) {
        bytes[Math.floor(bytes.length * random())] = Math.floor(256 * random());
      }
      const code = await codeOf(
        parseVolumeImage(bytes, { maxBytes: 1 << 24 }).then((image) => {
          expect(image.data.length).toBe(image.shape[0] * image.shape[1] * image.shape[2]);
        }),
      );
      outcomes.set(code, (outcomes.get(code) ?? 0) + 1);
    }
    // Both happen: the changes are neither all harmless nor all fatal.
    expect(outcomes.get("none")).toBeGreaterThan(10);
    expect(outcomes.size).toBeGreaterThan(3);
  });
});
