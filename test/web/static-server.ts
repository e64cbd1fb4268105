import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { extname } from "node:path";
import { text } from "node:stream/consumers";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".json": "application/json",
  ".msh": "application/octet-stream",
};

/** What the page may load. */
const served = /^\/(package\.json|dist\/[\w./-]+\.js|meshes\/samples\/[\w.-]+\.msh|test\/web\/page\.html)$/;

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly bytes?: Uint8Array;
}

const notFound: Answer = { status: 404, type: "text/plain" };

export interface StaticServer {
  /** `http://127.0.0.1:<port>`. */
  readonly origin: string;
  /** What the page posts to /report. */
  readonly report: Promise<string>;
  close(): void;
}

/**
 * Serves what the page needs of this project on the loopback interface, and waits for its report.
 *
 * @param pages HTML by path, served as well
 */
export async function startServer(
  root: URL,
  pages: ReadonlyMap<string, string> = new Map(),
): Promise<StaticServer> {
  let settle: (report: string) => void = () => undefined;
  const report = new Promise<string>((resolve) => (settle = resolve));
  const answer = async ({ method, url = "" }: IncomingMessage, body: string): Promise<Answer> => {
    if (method === "POST" && url === "/report") {
      settle(body);
      return { status: 204, type: "text/plain" };
    }
    const { pathname } = new URL(url, "http://127.0.0.1");
    const page = pages.get(pathname);
    if (page !== undefined) return { status: 200, type: "text/html", bytes: Buffer.from(page) };
    if (method !== "GET" || !served.test(pathname)) return notFound;
    const bytes = await readFile(new URL(`.${pathname}`, root));
    return { status: 200, type: types[extname(pathname)], bytes };
  };
  const server = createServer((request, response) => {
    const respond = async (): Promise<void> => {
      const answered = await answer(request, await text(request)).catch(() => notFound);
      response.writeHead(answered.status, { "content-type": answered.type }).end(answered.bytes);
    };
    void respond();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    report,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
