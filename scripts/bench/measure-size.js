import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ownCommand, peerCommand, phasePrograms, wholePrograms } from "./programs.js";
import { lastJson, runProgram } from "./run-program.js";

/** Tolerance of the solver-only comparison. */
const TOLERANCE = 1e-8;
/** A program whose first run takes longer than this, seconds, is run at most MAX_SLOW_RUNS times. */
const SLOW = 20;
const MAX_SLOW_RUNS = 3;
/** Repetitions inside each process of the warm measurements. */
const INNER_REPEATS = 3;
/** Runs of the pipeline that are dropped: the engine compiles during the first, and still improves in the second. */
const WARM_UP = 2;
/** The solver whose tensor is the reference, and up to which number of nodes it is worth its time. */
const CHECK_SOLVER = "wasm-cg";
const LARGEST_CHECKED = 1.5e5;

/**
 * Everything that is measured on one mesh, programs interleaved: round by round, each program once.
 *
 * @returns plain data for the JSON file, measurements as arrays over the rounds
 */
export async function measureSize({ mesh, size, options, cores, hasJobs, log }) {
  const folder = mkdtempSync(join(tmpdir(), "erfem-bench-"));
  const output = join(folder, "result.json");
  try {
    const pinned = cores.slice(-1);
    const context = { mesh, nodes: size.nodes, output, peers: options.peers, hasJobs };
    const whole = await interleave(wholePrograms(context), options.repeats, pinned, log);
    const phases = hasJobs ? await interleave(phasePrograms(context), options.repeats, [], log) : null;
    const solver = await measureSolvers(mesh, join(folder, "system.bin"), options, pinned, log);
    const warm = await measurePipeline(mesh, size, options, pinned, log);
    return {
      name: size.name,
      nodes: size.nodes,
      meshBytes: statSync(mesh).size,
      whole,
      phases,
      solver,
      warm,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function interleave(programs, repeats, cores, log) {
  const measured = programs.map(({ id, title }) => ({
    id,
    title,
    wall: [],
    cpu: [],
    peakBytes: [],
    answer: null,
  }));
  for (let round = 0; round < repeats; round++) {
    for (const [p, program] of programs.entries()) {
      const entry = measured[p];
      if (entry.wall[0] > SLOW && round >= MAX_SLOW_RUNS) continue;
      const { wall, cpu, peakBytes, answer } = await program.run(cores);
      entry.wall.push(wall);
      entry.cpu.push(cpu);
      entry.peakBytes.push(peakBytes);
      entry.steps = [...(entry.steps ?? []), answer.seconds];
      entry.answer = answer;
      log(`round ${round + 1}: ${program.title} ${wall.toFixed(2)} s`);
    }
  }
  return Object.fromEntries(measured.map((entry) => [entry.id, entry]));
}

/** Set-up and three solves, ours and PETSc's on the same matrix, in turn. */
async function measureSolvers(mesh, system, options, cores, log) {
  const ours = ownCommand("warm-solver.js", mesh, system, TOLERANCE, INNER_REPEATS);
  const theirs = peerCommand("petsc_solver.py", system, String(INNER_REPEATS));
  const rounds = { erfem: [], petsc: [] };
  for (let round = 0; round < options.repeats; round++) {
    rounds.erfem.push(lastJson((await runProgram(ours, cores)).stdout));
    log(
      `round ${round + 1}: solver ${rounds.erfem
        .at(-1)
        .cpu.map((s) => s.toFixed(3))
        .join(", ")} CPU s`,
    );
    if (!options.peers.includes("petsc")) continue;
    rounds.petsc.push(lastJson((await runProgram(theirs, cores)).stdout));
    log(
      `round ${round + 1}: PETSc  ${rounds.petsc
        .at(-1)
        .cpu.map((s) => s.toFixed(3))
        .join(", ")} CPU s`,
    );
  }
  return { erfem: mergeRounds(rounds.erfem), petsc: mergeRounds(rounds.petsc) };
}

/** One record with the timings of all rounds behind each other and the rest of the last; null of no rounds. */
function mergeRounds(rounds) {
  if (rounds.length === 0) return null;
  const merged = { ...rounds.at(-1) };
  for (const key of ["cpu", "wall", "setUpCpu", "solveCpu"]) {
    if (merged[key] !== undefined) merged[key] = rounds.flatMap((round) => round[key]);
  }
  if (merged.triadBytesPerSecond !== undefined) {
    merged.triadBytesPerSecond = Math.max(...rounds.map((round) => round.triadBytesPerSecond));
  }
  return merged;
}

/** The pipeline inside one process, step by step. */
async function measurePipeline(mesh, size, options, cores, log) {
  const check = size.nodes <= LARGEST_CHECKED ? [CHECK_SOLVER] : [];
  const command = ownCommand("warm-pipeline.js", mesh, TOLERANCE, options.repeats + WARM_UP, ...check);
  const { runs, solverDifference } = lastJson((await runProgram(command, cores)).stdout);
  const warm = runs.slice(WARM_UP);
  log(`warm pipeline ${warm.map((run) => run.wall.toFixed(2)).join(", ")} s`);
  const steps = Object.fromEntries(
    Object.keys(warm[0].steps).map((step) => [step, warm.map((run) => run.steps[step])]),
  );
  return { wall: warm.map((run) => run.wall), cpu: warm.map((run) => run.cpu), steps, solverDifference };
}
