import { ErfemError } from "../../core/errors.js";

/** What to say of a file that the page has no use for. */
export function unknownFile(file: string): ErfemError {
  return new ErfemError(
    "file-unknown",
    `${file} is nothing that can be shown; expected a mesh (.msh, .msh.gz), a result of erfem homogenize, sweep, convergence or ` +
      "resolve (.json), or the folder of a sweep, a convergence study or a simulation",
    { details: { file } },
  );
}
