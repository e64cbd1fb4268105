import { openSweepManifest, openSweepSummary } from "../../homogenization/open-sweep.js";
import { parseResult } from "../../io/result-file.js";
import { checkConvergence, checkResolved, checkSimulation, parseJsonFile } from "../../io/study-files.js";
import { parseTimeTable } from "../../io/time-table.js";
import type { MeshPageControl } from "./mesh-page.js";
import type { Page } from "./page.js";
import { openSimulationPage } from "./simulation-page.js";
import { baseName, type SourceFile } from "./source-file.js";
import { openConvergencePage, openResolvedPage, openResultPage, openSweepPage } from "./study-pages.js";
import { unknownFile } from "./unknown-file.js";

/** Files in which a folder says what it is, the first found first. */
const leading = [
  "summary.json",
  "results.json",
  "sweep.json",
  "convergence.json",
  "resolved.json",
  "timeseries.csv",
];

/**
 * Shows files: those of a folder by what erfem wrote into it, else the first one.
 *
 * @throws ErfemError in the words of the library where a file cannot be read
 */
export async function openFiles(files: readonly SourceFile[], control: MeshPageControl): Promise<Page> {
  const byDepth = [...files].sort((a, b) => a.name.split("/").length - b.name.split("/").length);
  const lead =
    leading
      .map((name) => byDepth.find((file) => baseName(file.name) === name))
      .find((file) => file !== undefined) ??
    byDepth.find(({ name }) => /\.(json|msh|msh\.gz)$/i.test(name)) ??
    byDepth.at(0);
  if (lead === undefined) throw unknownFile("the folder, which is empty,");
  const file = await lead.read();
  if (baseName(lead.name) === "timeseries.csv") return openRun(lead, null, files, control.onError);
  // Of a folder, .vtu files are results; one alone may be a mesh.
  const isResult = files.length > 1 && /\.vtu$/i.test(lead.name);
  if (isResult || /\.(pvd|csv|md|svg|png|ya?ml|bin)$/i.test(lead.name)) throw unknownFile(lead.name);
  if (!/\.json$/i.test(lead.name)) {
    const { openMeshPage } = await import("./mesh-page.js");
    return openMeshPage(file, control);
  }
  const text = await file.text();
  const { schema, content } = parseJsonFile(text, lead.name);
  switch (schema) {
    case "erfem/homogenization@1":
      return openResultPage(await parseResult(text, lead.name));
    case "erfem/convergence@1":
      return openConvergencePage(checkConvergence(content, lead.name), lead.name);
    case "erfem/resolved@1":
      return openResolvedPage(checkResolved(content, lead.name), lead.name);
    case "erfem/sweep@1":
      return openSweepPage(openSweepSummary(content, lead.name), control.onError);
    case "erfem/sweep-manifest@1": {
      const folder = lead.name.slice(0, -baseName(lead.name).length);
      const read = async (path: string): Promise<string | null> => {
        const found = files.find(({ name }) => name === `${folder}${path}`);
        return found === undefined ? null : (await found.read()).text();
      };
      return openSweepPage(await openSweepManifest(text, lead.name, read), control.onError);
    }
    case "erfem/simulation@1":
      return openRun(lead, content, files, control.onError);
    default:
      throw unknownFile(lead.name);
  }
}

/** A simulation from the files beside one of its own. */
async function openRun(
  lead: SourceFile,
  content: unknown,
  files: readonly SourceFile[],
  onError: (error: unknown) => void,
): Promise<Page> {
  const folder = lead.name.slice(0, -baseName(lead.name).length);
  const find = (path: string): SourceFile | undefined =>
    files.find(({ name }) => name === `${folder}${path}`);
  const readTable = async (path: string): Promise<ReturnType<typeof parseTimeTable> | null> => {
    const file = find(path);
    return file === undefined ? null : parseTimeTable(await (await file.read()).text(), path);
  };
  const summary = content === null ? null : checkSimulation(content, lead.name);
  const times = new Map(summary?.snapshots.map(({ file, time }) => [file, time]));
  const snapshots = files
    .filter(({ name }) => name.startsWith(`${folder}snapshots/`) && name.endsWith(".vtu"))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((file) => ({ time: times.get(file.name.slice(folder.length)) ?? null, file }));
  const [series, probes] = [await readTable("timeseries.csv"), await readTable("probes.csv")];
  return openSimulationPage({ summary, series, probes, snapshots }, onError);
}
