/** Lightness at both ends: dark on white paper at 0, still visible on it at 1. */
const lightness = [0.28, 0.92] as const;

/** Hue in degrees at 0, violet, and at 1, yellow; blue and green lie between. */
const hue = [300, 105] as const;

/** Chroma wanted; taken back where sRGB has no such colour. */
const fullChroma = 0.17;

/**
 * Colour of t in [0, 1], from dark violet through blue and green to yellow, as `#rrggbb`. Lightness rises linearly, so that the
 * order of values is seen by readers with any colour vision, and in grey. Values outside [0, 1] get the colour of the nearer end.
 *
 * @see B. Ottosson, "A perceptual color space for image processing" (2020), for Oklab
 */
export function sequentialColor(t: number): string {
  const s = Math.min(1, Math.max(0, t));
  const angle = ((hue[0] + s * (hue[1] - hue[0])) * Math.PI) / 180;
  const light = lightness[0] + s * (lightness[1] - lightness[0]);
  for (let chroma = fullChroma; ; chroma = Math.max(0, chroma - 0.005)) {
    const rgb = oklabToLinear(light, chroma * Math.cos(angle), chroma * Math.sin(angle));
    if (chroma === 0 || rgb.every((c) => c >= 0 && c <= 1)) return toHex(rgb.map(encodeGamma));
  }
}

/** A colour `#rrggbb` with its brightness multiplied by `factor`, from 0 to 1. */
export function shadeColor(color: string, factor: number): string {
  return toHex([1, 3, 5].map((i) => (factor * parseInt(color.slice(i, i + 2), 16)) / 255));
}

function oklabToLinear(light: number, a: number, b: number): number[] {
  const l = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (light - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

function encodeGamma(c: number): number {
  return c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055;
}

function toHex(rgb: readonly number[]): string {
  return `#${rgb
    .map((c) =>
      Math.round(255 * Math.min(1, Math.max(0, c)))
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}
