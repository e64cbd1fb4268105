/**
 * Colours that readers with any colour vision can tell apart, those with most contrast on white first.
 *
 * @see M. Okabe and K. Ito, "Color universal design" (2008)
 */
export const okabeIto: readonly string[] = [
  "#0072B2",
  "#D55E00",
  "#009E73",
  "#CC79A7",
  "#E69F00",
  "#56B4E9",
  "#000000",
  "#F0E442",
];
