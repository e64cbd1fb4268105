/** Digits of a number beyond which an enclosure is not printed more narrowly. */
const mostDigits = 10;

/** Room, in units of the last digit, for the round-off of the few operations below. */
const roundoff = 1e-5;

/**
 * An interval as centre and radius, the radius with two digits: `0.010454 +- 0.000029`; below 1e-4 and from 1e7 on with a
 * power of ten, `(1.0454 +- 0.0029)e-9`. Rounded outwards: the interval that is printed holds the one that is given.
 */
export function formatEnclosure(lower: number, upper: number): string {
  if (lower === upper && Number.isInteger(lower)) return String(lower);
  const exponent = Math.floor(Math.log10(Math.max(Math.abs(lower), Math.abs(upper))));
  if (exponent >= -4 && exponent < 7) return formatRounded(lower, upper, exponent);
  const scale = 10 ** -exponent;
  return `(${formatRounded(lower * scale, upper * scale, 0)})e${exponent}`;
}

/** @param exponent power of ten of the larger end */
function formatRounded(lower: number, upper: number, exponent: number): string {
  const most = mostDigits - 1 - exponent;
  const radius = (upper - lower) / 2;
  const wanted = radius > 0 ? 1 - Math.floor(Math.log10(radius)) : most;
  const decimals = Math.max(0, Math.min(wanted, most));
  const centre = ((lower + upper) / 2).toFixed(decimals);
  const reach = Math.max(upper - Number(centre), Number(centre) - lower);
  const units = Math.ceil(reach * 10 ** decimals + roundoff);
  const unsigned = Number(centre) === 0 ? centre.replace("-", "") : centre;
  return `${unsigned} +- ${(units / 10 ** decimals).toFixed(decimals)}`;
}
