import { describe, expect, it } from "vitest";
import { runErfem, samplePath, startErfem } from "./run-erfem.js";

describe("erfem view", () => {
  it("prints its address, serves the mesh, and ends with an interrupt", async () => {
    const child = startErfem(["view", samplePath("three-pipe-0.1.msh"), "--no-open", "--json"]);
    const printed = await new Promise<string>((resolve) => {
      let text = "";
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
        if (text.includes("}")) resolve(text);
      });
    });
    const { url, files } = JSON.parse(printed) as { url: string; files: number };
    expect(files).toBe(1);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#given$/);
    const index = await fetch(new URL("/given/index.json", url));
    expect(await index.json()).toEqual(["three-pipe-0.1.msh"]);
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    child.kill("SIGINT");
    expect(await ended).toBe(0);
  });

  it.each([
    [["view", "missing.msh", "--no-open"], 3, "file-not-found"],
    [["view", "--port", "65536", "--no-open"], 2, "invalid-option-value"],
  ])("refuses %j", async (args, code, error) => {
    const ended = await runErfem(args);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(`[${error}]`);
  });
});
