/** The part of pngjs that is used here; it has no types of its own. */
declare module "pngjs" {
  export interface PNG {
    readonly width: number;
    readonly height: number;
    /** RGBA, row by row. */
    readonly data: Uint8Array;
  }
  export const PNG: { readonly sync: { read(bytes: Uint8Array): PNG } };
}
