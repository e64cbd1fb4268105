import { readdir, realpath, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { MeshError } from "../core/errors.js";

/** A file that may be looked at. */
export interface ViewFile {
  /** Path within what was given, with `/`. */
  readonly name: string;
  /** Absolute, without symbolic links. */
  readonly path: string;
}

/** What the browser application can show, or reads beside what it shows. */
const shownSuffix = /\.(json|csv|vtu|msh|msh\.gz)$/i;

/** Folders within the one given. */
const MOST_LEVELS = 4;

const MOST_FILES = 20_000;

/**
 * The file given, or the files of a folder that the browser application has a use for. Symbolic links within a folder are
 * not followed, so that nothing outside of it is shown; hidden files are left out.
 *
 * @throws MeshError `file-not-found`, `folder-too-large`, `folder-empty`
 */
export async function listViewFiles(path: string): Promise<ViewFile[]> {
  const real = await realpath(path).catch((cause: unknown) => {
    throw new MeshError("file-not-found", `there is no file or folder ${path}`, { cause, details: { path } });
  });
  if (!(await stat(real)).isDirectory()) return [{ name: basename(path), path: real }];
  const files: ViewFile[] = [];
  await addFolder(real, "", MOST_LEVELS, files);
  if (files.length > 0) return files;
  throw new MeshError(
    "folder-empty",
    `the folder ${path} holds nothing to show; expected what erfem writes: .json, .csv, .vtu or .msh files`,
    { details: { path } },
  );
}

async function addFolder(path: string, prefix: string, levels: number, files: ViewFile[]): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (entry.name.startsWith(".")) continue;
    const name = `${prefix}${entry.name}`;
    const inner = join(path, entry.name);
    if (entry.isDirectory() && levels > 0) await addFolder(inner, `${name}/`, levels - 1, files);
    if (!entry.isFile() || !shownSuffix.test(entry.name)) continue;
    if (files.length === MOST_FILES) {
      throw new MeshError(
        "folder-too-large",
        `the folder ${path} holds more than ${MOST_FILES} files; name the folder of one result`,
        { details: { path } },
      );
    }
    files.push({ name, path: inner });
  }
}
