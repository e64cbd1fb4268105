import { listViewFiles } from "../../node/view-files.js";
import { startViewServer } from "../../node/view-server.js";
import { formatJson } from "../format-json.js";
import { withTerminal, type OutputFlags, type Terminal } from "../terminal.js";

/** Flags of `erfem view`. */
export interface ViewFlags extends OutputFlags {
  readonly port?: number;
  readonly open: boolean;
}

/**
 * `erfem view`: serves the browser application with files until a signal ends it.
 *
 * @throws MeshError `file-not-found`, `folder-empty`, `folder-too-large`; UsageError `port-unavailable`; KernelError `app-missing`
 */
export async function runView(path: string | undefined, flags: ViewFlags): Promise<void> {
  await withTerminal(flags, async (terminal) => {
    const files = path === undefined ? [] : await listViewFiles(path);
    const server = await startViewServer({
      files,
      ...(flags.port === undefined ? {} : { port: flags.port }),
    });
    const ended = waitForSignal();
    terminal.print(flags.json === true ? formatJson({ url: server.url, files: files.length }) : server.url);
    terminal.note(`${files.length} files; Ctrl-C ends it`);
    if (flags.open) await openBrowser(server.url, terminal);
    await ended;
    await server.close();
  });
}

async function openBrowser(url: string, terminal: Terminal): Promise<void> {
  const onError = (error: unknown): void => {
    terminal.note(`no browser could be opened (${String(error)}); open the address yourself`);
  };
  try {
    const { default: open } = await import("open");
    (await open(url)).once("error", onError);
  } catch (error) {
    onError(error);
  }
}

/** Resolves at the first SIGINT or SIGTERM: how this command is meant to end. */
async function waitForSignal(): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        resolve();
      });
    }
  });
}
