import { constants } from "node:fs";
import { open, readdir, realpath, type FileHandle } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { KernelError, UsageError } from "../core/errors.js";
import type { ViewFile } from "./view-files.js";

/** What is served, and where. */
export interface ViewServerOptions {
  /** Served as /given/0, /given/1, ...; their names as /given/index.json. */
  readonly files: readonly ViewFile[];
  /** Default: any that is free. */
  readonly port?: number;
}

/** A server of the browser application. */
export interface ViewServer {
  /** `http://127.0.0.1:<port>/`, with `#given` where there are files. */
  readonly url: string;
  close(): Promise<void>;
}

/** The built application, beside this module's folder in dist/. */
const appFolder = fileURLToPath(new URL("../../dist/app/", import.meta.url));

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
};

/** Of every answer: scripts from here only, none from text; no page of another origin gets to see anything. */
const securityHeaders: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self' 'unsafe-inline'; " +
    "img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cache-control": "no-store",
};

/**
 * Serves the browser application and the given files, and nothing else, on the loopback interface. A request names a file by a
 * path from a fixed list or by its number: no path is ever made from it. Requests for another host (DNS rebinding) are refused.
 *
 * @throws KernelError `app-missing` where the application is not built; UsageError `port-unavailable`
 */
export async function startViewServer({ files, port = 0 }: ViewServerOptions): Promise<ViewServer> {
  const app = await listApp();
  const names = JSON.stringify(files.map(({ name }) => name));
  let hosts: readonly string[] = [];
  const server = createServer((request, response) => {
    respond(request, response, { app, files, names, hosts }).catch(() => {
      // The reader has gone away, or a file could not be read to its end.
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => {
      reject(
        new UsageError(
          "port-unavailable",
          `cannot listen on port ${port} of 127.0.0.1: ${cause.message}; give another --port, or none`,
          { cause, details: { port } },
        ),
      );
    });
    server.listen(port, "127.0.0.1", resolve);
  });
  const actual = (server.address() as AddressInfo).port;
  hosts = [`127.0.0.1:${actual}`, `localhost:${actual}`];
  return {
    url: `http://127.0.0.1:${actual}/${files.length > 0 ? "#given" : ""}`,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}

interface Served {
  /** Path on disk by path of the request. */
  readonly app: ReadonlyMap<string, string>;
  readonly files: readonly ViewFile[];
  /** The names of the files as JSON. */
  readonly names: string;
  readonly hosts: readonly string[];
}

async function respond(request: IncomingMessage, response: ServerResponse, served: Served): Promise<void> {
  const { method = "", headers } = request;
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
  const refuse = (status: number): void => {
    response.writeHead(status, { "content-type": "text/plain" }).end();
  };
  if (!served.hosts.includes((headers.host ?? "").toLowerCase())) {
    refuse(403);
    return;
  }
  if (method !== "GET" && method !== "HEAD") {
    response.setHeader("allow", "GET, HEAD");
    refuse(405);
    return;
  }
  const path = (request.url ?? "").split("?", 1)[0];
  if (path === "/given/index.json") {
    response.writeHead(200, { "content-type": types[".json"] }).end(method === "HEAD" ? "" : served.names);
    return;
  }
  const number = /^\/given\/(0|[1-9]\d{0,5})$/.exec(path)?.[1];
  const file = number === undefined ? served.app.get(path) : served.files.at(Number(number))?.path;
  const handle = file === undefined ? null : await openPlain(file);
  if (file === undefined || handle === null) {
    refuse(404);
    return;
  }
  try {
    const { size } = await handle.stat();
    // What was given is data, whatever it is called.
    const type = number === undefined ? types[extname(file)] : undefined;
    response.writeHead(200, { "content-type": type ?? "application/octet-stream", "content-length": size });
    if (method === "HEAD" || size === 0) response.end();
    else await pipeline(handle.createReadStream({ autoClose: false, end: size - 1 }), response);
  } finally {
    await handle.close();
  }
}

/** A plain file that is still where it was listed, not behind a symbolic link; else null. */
async function openPlain(path: string): Promise<FileHandle | null> {
  try {
    if ((await realpath(path)) !== path) return null;
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
    return null;
  } catch {
    return null;
  }
}

/** The files of the application, by the path of their request. @throws KernelError `app-missing` */
async function listApp(): Promise<Map<string, string>> {
  try {
    const root = await realpath(appFolder);
    const entries = await readdir(root, { withFileTypes: true, recursive: true });
    const found = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
    const app = new Map(found.map((path) => [path.slice(root.length).replaceAll("\\", "/"), path]));
    app.set("/", join(root, "index.html"));
    return app;
  } catch (cause) {
    throw new KernelError(
      "app-missing",
      "the browser application is not there (dist/app); build it with npm run build:app, or install erfem again",
      { cause, details: { folder: appFolder } },
    );
  }
}
