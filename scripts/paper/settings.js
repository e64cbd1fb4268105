/**
 * Mesh sizes (in cells) of the report. `threePipe` needs an upper bound below 0.010465 to tell 0.01047 from the truth. The one of
 * `equalVolume` ends just above 0.01065, from where on numbers round to the paper's 1.07e-2.
 */
export const FULL = {
  threePipe: { size: 0.018, grading: 8 },
  equalVolume: { size: 0.0145, grading: 8 },
  arched: { size: 0.025, grading: 4 },
  sweep: { size: 0.06, grading: 3, edges: 19 },
  pictures: { size: 0.045, grading: 1.5 },
  geometry: { size: 0.1, grading: 1 },
};

/** Seconds instead of minutes, for tests of the program: the enclosures hold, but are wide. */
export const QUICK = {
  threePipe: { size: 0.1, grading: 2 },
  equalVolume: { size: 0.1, grading: 2 },
  arched: { size: 0.1, grading: 1.5 },
  sweep: { size: 0.2, grading: 1, edges: 3 },
  pictures: { size: 0.1, grading: 1 },
  geometry: { size: 0.1, grading: 1 },
};

/** Microscopic diffusion of section 2.7, um^2/ms. */
export const DIFFUSION = 0.25;
