/** Mesh sizes (in cells) of the report. `threePipe` needs an upper bound below 0.010465 to tell 0.01047 from the truth. */
export const FULL = {
  threePipe: { size: 0.018, grading: 8 },
  equalVolume: { size: 0.025, grading: 6 },
  arched: { size: 0.025, grading: 4 },
  sweep: { size: 0.06, grading: 3, edges: 19 },
  pictures: { size: 0.035, grading: 1.5 },
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
