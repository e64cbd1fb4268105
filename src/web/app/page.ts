/** What is shown of the files that were opened. */
export interface Page {
  readonly root: HTMLElement;
  /** Ends what works for it. */
  readonly dispose: () => void;
}
