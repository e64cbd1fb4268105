import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { request, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listViewFiles } from "../../src/node/view-files.js";
import { startViewServer, type ViewServer } from "../../src/node/view-server.js";

const secret = "a file outside of the folder";

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let root: string;
let folder: string;
let server: ViewServer;
let port: number;

beforeAll(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "erfem-view-")));
  folder = join(root, "run");
  mkdirSync(join(folder, "points"), { recursive: true });
  mkdirSync(join(root, "outside"));
  writeFileSync(join(root, "secret.json"), secret);
  writeFileSync(join(root, "outside", "secret.json"), secret);
  writeFileSync(join(folder, "results.json"), '{"schema":"erfem/sweep@1"}');
  writeFileSync(join(folder, "points", "<b>%2e&.json"), "{}");
  writeFileSync(join(folder, "empty.json"), "");
  writeFileSync(join(folder, "swapped.json"), "{}");
  writeFileSync(join(folder, "private.txt"), secret);
  writeFileSync(join(folder, ".hidden.json"), secret);
  symlinkSync(join(root, "secret.json"), join(folder, "link.json"));
  symlinkSync(join(root, "outside"), join(folder, "linked"));
  server = await startViewServer({ files: await listViewFiles(folder) });
  port = Number(new URL(server.url).port);
});

afterAll(async () => {
  await server.close();
  rmSync(root, { recursive: true, force: true });
});

/** A request whose path is sent as it stands. */
function ask(path: string, options: { method?: string; host?: string } = {}): Promise<Answer> {
  const { method = "GET", host = `127.0.0.1:${port}` } = options;
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, method, headers: { host } }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
    });
    sent.on("error", reject);
    sent.end();
  });
}

async function names(): Promise<string[]> {
  return JSON.parse((await ask("/given/index.json")).body) as string[];
}

describe("the server of erfem view", () => {
  it("serves the application, and the files of the folder by number", async () => {
    const page = await ask("/");
    expect(page.status).toBe(200);
    expect(page.headers["content-type"]).toBe("text/html; charset=utf-8");
    const script = /src="\.(\/assets\/[^"]+\.js)"/.exec(page.body)?.[1] ?? "";
    expect(await ask(script)).toMatchObject({
      status: 200,
      headers: { "content-type": "text/javascript; charset=utf-8" },
    });
    const listed = await names();
    expect(listed.toSorted()).toEqual(["empty.json", "points/<b>%2e&.json", "results.json", "swapped.json"]);
    const result = await ask(`/given/${listed.indexOf("results.json")}`);
    expect(result).toMatchObject({ status: 200, body: '{"schema":"erfem/sweep@1"}' });
    expect(result.headers["content-type"]).toBe("application/octet-stream");
    expect(await ask(`/given/${listed.indexOf("empty.json")}`)).toMatchObject({ status: 200, body: "" });
  });

  it.each([
    "/../secret.json",
    "/given/../../secret.json",
    "/assets/../../../package.json",
    "/%2e%2e/secret.json",
    "/..%2fsecret.json",
    "/..%5csecret.json",
    "/..\\secret.json",
    "//etc/passwd",
    "/etc/passwd",
    "/given/0/../../secret.json",
    "/given/-1",
    "/given/00",
    "/given/0x0",
    "/given/1e0",
    "/given/999999",
    "/given/0%00",
    "/given/results.json",
    "/given/link.json",
    "/index.html/",
    "/assets",
    "/__proto__",
    "http://127.0.0.1/",
    "*",
  ])("knows no %s", async (path) => {
    const { status, body } = await ask(path);
    expect({ status, body }).toEqual({ status: 404, body: "" });
  });

  it("shows nothing behind symbolic links, neither listed nor put in the place of what was listed", async () => {
    const listed = await names();
    expect(listed.filter((name) => name.startsWith("link"))).toEqual([]);
    rmSync(join(folder, "swapped.json"));
    symlinkSync(join(root, "secret.json"), join(folder, "swapped.json"));
    expect((await ask(`/given/${listed.indexOf("swapped.json")}`)).status).toBe(404);
    const inner = listed.findIndex((name) => name.startsWith("points/"));
    renameSync(join(folder, "points"), join(root, "outside", "points"));
    symlinkSync(join(root, "outside", "points"), join(folder, "points"));
    expect((await ask(`/given/${inner}`)).status).toBe(404);
  });

  it.each(["evil.example", "evil.example:80", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example", "[::1]"])(
    "refuses the host %j",
    async (host) => {
      const { status, body } = await ask("/given/index.json", { host });
      expect({ status, body }).toEqual({ status: 403, body: "" });
    },
  );

  it("refuses a request without a host", async () => {
    const answered = await new Promise<string>((resolve) => {
      const socket = connect({ host: "127.0.0.1", port });
      let text = "";
      socket.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      socket.on("close", () => {
        resolve(text);
      });
      socket.end("GET /given/index.json HTTP/1.0\r\n\r\n");
    });
    expect(answered).toMatch(/^HTTP\/1\.1 403 /);
  });

  it("answers to localhost, too", async () => {
    expect((await ask("/", { host: `LOCALHOST:${port}` })).status).toBe(200);
  });

  it.each(["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])("refuses the method %s", async (method) => {
    expect((await ask("/", { method })).status).toBe(405);
  });

  it("answers HEAD without a body", async () => {
    expect(await ask("/", { method: "HEAD" })).toMatchObject({ status: 200, body: "" });
  });

  it("lets no other origin read, frame or run anything", async () => {
    for (const path of ["/", "/given/0", "/nothing"]) {
      const { headers } = await ask(path);
      expect(headers["x-content-type-options"]).toBe("nosniff");
      expect(headers["cross-origin-resource-policy"]).toBe("same-origin");
      expect(headers["access-control-allow-origin"]).toBeUndefined();
      expect(headers["content-security-policy"]).toContain(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval';",
      );
    }
  });

  it("listens on the loopback interface only", async () => {
    // Another address of the loopback interface, which a server on all interfaces would answer on.
    const outcome = await new Promise<string>((resolve) => {
      const socket = connect({ host: "127.0.0.2", port });
      socket.once("connect", () => {
        socket.destroy();
        resolve("connected");
      });
      socket.once("error", () => {
        resolve("refused");
      });
    });
    expect(outcome).toBe("refused");
  });

  it("says so where the port is taken", async () => {
    await expect(startViewServer({ files: [], port })).rejects.toMatchObject({ code: "port-unavailable" });
  });
});

describe("listViewFiles", () => {
  it("takes one file, and refuses what is not there or holds nothing", async () => {
    const path = join(root, "secret.json");
    expect(await listViewFiles(path)).toEqual([{ name: "secret.json", path }]);
    await expect(listViewFiles(join(root, "nothing"))).rejects.toMatchObject({ code: "file-not-found" });
    mkdirSync(join(root, "void"));
    await expect(listViewFiles(join(root, "void"))).rejects.toMatchObject({ code: "folder-empty" });
  });
});
