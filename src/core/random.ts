/**
 * Uniform numbers in [0, 1) from a seed: the same ones everywhere. For places and choices, not for cryptography.
 *
 * @param seed a whole number
 * @see mulberry32, T. Ettinger, public domain
 */
export function createSeededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
