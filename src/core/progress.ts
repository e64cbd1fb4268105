/** One report of progress on long work. */
export interface ProgressEvent {
  /** What is being done, as a short phrase: `read mesh`, `solve ER`. */
  readonly step: string;
  /** Share of the step that is done, 0 to 1; absent where it is not known. */
  readonly fraction?: number;
  /** Further facts for a reader: `iteration 40, residual 3e-6`. */
  readonly message?: string;
}

/** Receives progress; it must not throw and should return quickly. */
export type ProgressReporter = (event: ProgressEvent) => void;

/** The same reporter, if there is one, with the steps named `<prefix>: <step>`. */
export function prefixProgress(
  progress: ProgressReporter | undefined,
  prefix: string,
): { progress?: ProgressReporter } {
  if (progress === undefined) return {};
  return {
    progress(event) {
      progress({ ...event, step: `${prefix}: ${event.step}` });
    },
  };
}
