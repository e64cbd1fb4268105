const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Value of each character, 64 for what is none. */
const values = Uint8Array.from({ length: 256 }, (_, code) => {
  const value = alphabet.indexOf(String.fromCharCode(code));
  return value < 0 ? 64 : value;
});

/**
 * Decodes base64 from `start` on until `length` bytes are there or `end` is reached. White space is passed over, and padding
 * ends a group, not the text: several encoded pieces may follow each other.
 *
 * @returns as many bytes as there are, at most `length`
 * @see RFC 4648, section 4
 */
export function decodeBase64(text: Uint8Array, start: number, end: number, length: number): Uint8Array {
  const most = Math.min(length, Math.ceil(((end - start) * 3) / 4) + 3);
  const bytes = new Uint8Array(most + 2);
  let count = 0;
  let bits = 0;
  let numBits = 0;
  for (let at = start; at < end && count < most; at++) {
    const value = values[text[at]];
    if (value === 64) {
      if (text[at] === 61) numBits = 0;
      continue;
    }
    bits = ((bits << 6) | value) & 0xffffff;
    numBits += 6;
    if (numBits < 8) continue;
    numBits -= 8;
    bytes[count++] = (bits >> numBits) & 255;
  }
  return bytes.subarray(0, Math.min(count, length));
}
