import { constants } from "node:fs";
import { access, mkdir, realpath, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { UsageError } from "../core/errors.js";
import { writeFileAtomically } from "../node/files.js";
import { runInterruptible } from "./interrupt.js";

/**
 * Refuses, before long work, an output that could not be written at its end, or that is the input.
 *
 * @throws UsageError `output-unwritable`, `output-is-input`
 */
export async function checkOutput(output: string, input: string): Promise<void> {
  const folder = dirname(resolve(output));
  try {
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw new UsageError(
      "output-unwritable",
      `cannot write ${output}: the folder ${folder} does not exist or is not writable`,
      { cause, details: { path: output } },
    );
  }
  const status = await stat(output).catch(() => undefined);
  if (status === undefined) return;
  if (status.isDirectory()) {
    throw new UsageError("output-unwritable", `cannot write ${output}: it is a folder; name a file`, {
      details: { path: output },
    });
  }
  const target = await realpath(output);
  if (target === (await realpath(input).catch(() => undefined))) {
    throw new UsageError("output-is-input", `the output ${output} is the input itself; name another file`, {
      details: { path: output },
    });
  }
}

/**
 * Makes the folder of the outputs, where there is none, and refuses what {@link checkOutput} refuses of its files.
 *
 * @throws UsageError `output-unwritable`, `output-is-input`
 */
export async function createOutputFolder(
  folder: string,
  input: string,
  files: readonly string[],
): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new UsageError("output-unwritable", `cannot make the folder ${folder}; name another one`, {
      cause,
      details: { path: folder },
    });
  }
  for (const file of files) await checkOutput(join(folder, file), input);
}

/**
 * Refuses two outputs of one command in one file.
 *
 * @throws UsageError `outputs-collide`
 */
export function checkDistinct(outputs: readonly (string | undefined)[]): void {
  const paths = outputs.filter((path) => path !== undefined);
  const repeated = paths.find((path, i) =>
    paths.slice(0, i).some((other) => resolve(other) === resolve(path)),
  );
  if (repeated === undefined) return;
  throw new UsageError("outputs-collide", `${repeated} is the name of two outputs; name two files`, {
    details: { path: repeated },
  });
}

/**
 * Writes a result file whole or not at all, even when a signal ends the program meanwhile.
 *
 * @throws UsageError `output-unwritable`
 */
export async function writeOutput(path: string, content: Uint8Array | string): Promise<void> {
  await runInterruptible(() => writeFileAtomically(path, content));
}
