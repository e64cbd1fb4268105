import { ErfemError } from "../../core/errors.js";
import type { ProgressEvent } from "../../core/progress.js";
import { byId, element } from "./dom.js";
import { openFiles } from "./open-files.js";
import type { Page } from "./page.js";
import { baseName, beside, listChosen, listDropped, listGiven, type SourceFile } from "./source-file.js";

const samples = ["three-pipe-0.1.msh", "arched-pipes.msh"];

const main = document.querySelector("main") ?? document.body;
const [work, content, failure, drop] = ["work", "content", "error", "drop"].map(byId);
const bar = byId("bar") as HTMLProgressElement;
const bounds = byId("bounds") as HTMLInputElement;

/** Abort of the work under way. */
let current = new AbortController();
let page: Page | null = null;

/** Opens files in the place of what is shown. */
async function open(
  list: () => Promise<readonly SourceFile[]>,
  diffusion: Readonly<Record<string, string>> = {},
): Promise<void> {
  current.abort();
  const own = new AbortController();
  current = own;
  failure.hidden = true;
  const start = performance.now();
  setState("working");
  showProgress({ step: "open" });
  try {
    const files = await list();
    const opened = await openFiles(files, {
      bounds: bounds.checked,
      diffusion,
      signal: own.signal,
      progress: (event) => {
        if (!own.signal.aborted) showProgress(event);
      },
      onError: showError,
      onSolve: (texts) => void open(async () => Promise.resolve(files), texts),
    });
    if (own.signal.aborted) {
      opened.dispose();
      return;
    }
    page?.dispose();
    page = opened;
    content.replaceChildren(opened.root);
    main.dataset["milliseconds"] = String(Math.round(performance.now() - start));
    setState("done");
  } catch (error) {
    if (own !== current) return;
    if (error instanceof ErfemError && error.code === "aborted") setState("cancelled");
    else {
      showError(error);
      setState("failed");
    }
  }
}

function setState(state: "working" | "done" | "failed" | "cancelled"): void {
  main.dataset["state"] = state;
  work.hidden = state !== "working";
}

function showProgress({ step, fraction, message }: ProgressEvent): void {
  byId("step").textContent = message === undefined ? step : `${step}: ${message}`;
  if (fraction === undefined) bar.removeAttribute("value");
  else bar.value = fraction;
}

/** An error in the words of the library. */
function showError(error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  const code = error instanceof ErfemError ? error.code : "internal-error";
  failure.replaceChildren(text, " ", element("code", {}, `[${code}]`));
  failure.dataset["code"] = code;
  failure.hidden = false;
}

function watchInputs(): void {
  for (const id of ["files", "folder"]) {
    const input = byId(id) as HTMLInputElement;
    input.addEventListener("change", () => {
      const files = input.files === null ? [] : listChosen(input.files);
      input.value = "";
      if (files.length > 0) void open(async () => Promise.resolve(files));
    });
  }
  byId("cancel").addEventListener("click", () => {
    current.abort();
    setState("cancelled");
  });
  byId("samples").append(
    ...samples.map((name) =>
      element(
        "button",
        {
          type: "button",
          "data-sample": name,
          onclick: () => void open(async () => Promise.resolve([beside(`samples/${name}`)])),
        },
        baseName(name).replace(/\.msh$/, ""),
      ),
    ),
  );
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
  document.addEventListener("dragleave", () => {
    drop.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    const { dataTransfer } = event;
    if (dataTransfer === null) return;
    const listed = listDropped(dataTransfer);
    void open(async () => listed);
  });
}

watchInputs();
// `erfem view` opens the page so.
if (location.hash === "#given") void open(listGiven);
