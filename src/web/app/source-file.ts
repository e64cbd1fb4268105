/** A file that the user gave: dropped, chosen, or served by `erfem view`. */
export interface SourceFile {
  /** Path within what was given, with `/`. */
  readonly name: string;
  /** Its content, under its own name. */
  readonly read: () => Promise<File>;
}

/** Most files taken from a folder. */
const MOST_FILES = 20_000;

/** Files of a drop, those within folders too. Must be called while the event is handled. */
export async function listDropped(transfer: DataTransfer): Promise<SourceFile[]> {
  const entries = Array.from(transfer.items, (item) => item.webkitGetAsEntry()).filter(
    (entry) => entry !== null,
  );
  if (entries.length === 0) return listChosen(transfer.files);
  const files: SourceFile[] = [];
  for (const entry of entries) await listEntry(entry, "", files);
  return files;
}

/** Files of a file input. */
export function listChosen(files: FileList): SourceFile[] {
  return Array.from(files, (file) => ({
    name: file.webkitRelativePath === "" ? file.name : file.webkitRelativePath,
    read: async () => Promise.resolve(file),
  }));
}

/**
 * Files that `erfem view` was given: the server tells their names, and serves them by number.
 *
 * @throws Error where the server does not answer
 */
export async function listGiven(): Promise<SourceFile[]> {
  const names = (await (await fetchOk("given/index.json")).json()) as string[];
  return names.map((name, index) => ({
    name,
    read: async () => new File([await (await fetchOk(`given/${index}`)).blob()], baseName(name)),
  }));
}

/** A file beside the page. */
export function beside(path: string): SourceFile {
  return {
    name: baseName(path),
    read: async () => new File([await (await fetchOk(path)).blob()], baseName(path)),
  };
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

async function listEntry(entry: FileSystemEntry, parent: string, files: SourceFile[]): Promise<void> {
  const name = `${parent}${entry.name}`;
  if (entry.isFile) {
    if (files.length >= MOST_FILES) return;
    const read = async (): Promise<File> =>
      new Promise((resolve, reject) => {
        (entry as FileSystemFileEntry).file(resolve, reject);
      });
    files.push({ name, read });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (some.length === 0) return;
    for (const one of some) await listEntry(one, `${name}/`, files);
  }
}

async function fetchOk(path: string): Promise<Response> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path} cannot be loaded: ${response.status} ${response.statusText}`);
  return response;
}
