// Wall and processor time of a stretch of a program.
import { performance } from "node:perf_hooks";

/** Starts a clock; the function that it returns gives {wall, cpu} since then, s. CPU counts all threads of the process. */
export function startClock() {
  const wallBefore = performance.now();
  const cpuBefore = process.cpuUsage();
  return () => {
    const wall = (performance.now() - wallBefore) / 1e3;
    const { user, system } = process.cpuUsage(cpuBefore);
    return { wall, cpu: (user + system) / 1e6 };
  };
}
