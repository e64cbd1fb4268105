import type { RegionCoefficients } from "../io/model-checks.js";
import type { ModelRegion } from "../io/model.js";
import type { RegionRecord, SimulationResult, SpreadRecord } from "../io/simulation-result.js";
import type { ModelProblem } from "./model-problem.js";
import type { Simulation } from "./simulation.js";

/** What a simulation knows of itself; the rest of its result is known to whoever has the files. */
export type SimulationReport = Omit<
  SimulationResult,
  "schema" | "model" | "mesh" | "results" | "snapshots" | "seconds"
>;

/** A balance beyond this is not what solvers and round-off leave. */
const BALANCE_LIMIT = 1e-9;

/** The summary of a simulation as it stands. */
export function reportSimulation(simulation: Simulation): SimulationReport {
  const { source, stepper, columns, firstRow, initialCalcium } = simulation;
  const last = simulation.measure(0);
  const at = (row: readonly number[], name: string): number =>
    row[columns.findIndex((column) => column.name === name)];
  const spread = (row: readonly number[], name: string): SpreadRecord => ({
    mean: at(row, `${name}.mean`),
    min: at(row, `${name}.min`),
    max: at(row, `${name}.max`),
  });
  const spreads = columns.filter(({ name }) => name.endsWith(".mean"));
  const inflows = columns.filter(({ name }) => name.startsWith("inflow."));
  const { statistics } = stepper;
  return {
    regions: describeRegions(source),
    end: stepper.time,
    values: Object.fromEntries(
      spreads.map(({ name: column, unit }) => {
        const name = column.slice(0, -".mean".length);
        return [name, { unit, initial: spread(firstRow, name), final: spread(last, name) }];
      }),
    ),
    calcium: {
      initial: initialCalcium,
      final: at(last, "calcium"),
      inflow: simulation.calciumInflow,
      balance: at(last, "balance"),
      worstBalance: simulation.worstBalance,
    },
    inflow: Object.fromEntries(
      inflows.map(({ name }) => [name.slice("inflow.".length), at(last, name)] as const),
    ),
    steps: {
      accepted: statistics.steps,
      rejectedForError: statistics.rejectedForError,
      rejectedForNewton: statistics.rejectedForNewton,
      rejectedForSign: statistics.rejectedForSign,
      undershoots: statistics.undershoots,
    },
    solver: {
      newtonMedian: findMedian(statistics.newtonHistogram),
      newtonMost: Math.max(0, statistics.newtonHistogram.length - 1),
      krylovMedian: findMedian(statistics.krylovHistogram),
      krylovMost: Math.max(0, statistics.krylovHistogram.length - 1),
      linearSystems: statistics.krylovHistogram.reduce((sum, n) => sum + n, 0),
      krylovTotal: statistics.krylovHistogram.reduce((sum, n, iterations) => sum + n * iterations, 0),
      setups: statistics.numSetups,
    },
    positiveStiffness: Object.fromEntries(
      source.problem.fieldNames.map((name, k) => [name, source.problem.stiffness.numPositive[k]]),
    ),
    warnings: listWarnings(simulation),
  };
}

/** Value whose count is reached first by half of all. */
export function findMedian(histogram: readonly number[]): number {
  const half = histogram.reduce((sum, n) => sum + n, 0) / 2;
  let sum = 0;
  return Math.max(
    0,
    histogram.findIndex((n) => (sum += n) >= half && sum > 0),
  );
}

function listWarnings({ stepper, worstBalance, source }: Simulation): string[] {
  const { undershoots, steps } = stepper.statistics;
  const warnings = [...source.warnings];
  if (undershoots > 0) {
    warnings.push(`${undershoots} of ${steps} steps have a concentration below minus its absolute tolerance`);
  }
  if (worstBalance > BALANCE_LIMIT) {
    const cause = source.model.fluxes.some((flux) => flux.kind === "formula" && flux.fluxFromEr !== undefined)
      ? "fluxFromEr of a formula takes from the ER something else than flux gives to the cytosol"
      : "tolerances may be too loose";
    warnings.push(
      `calcium is out of balance by up to ${worstBalance.toPrecision(3)} of what there is: ${cause}`,
    );
  }
  return warnings;
}

function describeRegions({
  model,
  problem,
  parts,
  coefficients,
}: ModelProblem): Record<string, RegionRecord> {
  return Object.fromEntries(
    model.regions.map((region) => {
      let volume = 0;
      problem.regions.forEach(({ firstPair, numPairs }, r) => {
        if (parts[r].region !== region) return;
        for (let pair = firstPair; pair < firstPair + numPairs; pair++) volume += problem.pairVolume[pair];
      });
      return [region.name, describeRegion(region, volume, coefficients.get(region.name))];
    }),
  );
}

function describeRegion(
  region: ModelRegion,
  volume: number,
  coefficients: RegionCoefficients | undefined,
): RegionRecord {
  if (region.kind === "cytosol" || coefficients === undefined) {
    return { kind: "cytosol", volume, diffusion: region.kind === "cytosol" ? region.diffusion : NaN };
  }
  const { cytosol, er, areaPerVolume = null } = coefficients;
  const isTurned = region.direction !== undefined;
  return {
    kind: "homogenized",
    volume,
    cytosol: { volumeFraction: cytosol.volumeFraction, tensor: isTurned ? null : cytosol.tensor },
    er: { volumeFraction: er.volumeFraction, tensor: isTurned ? null : er.tensor },
    areaPerVolume,
  };
}
