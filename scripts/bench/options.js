import { parseArgs } from "node:util";
import { parseCount } from "./statistics.js";

const HELP = `npm run bench [-- options]

Measures erfem on meshes of the three-pipe unit cell, and beside it, on request, the programs its users would pick.

  --sizes 20k,100k,500k,1M  nodes in the cytosol (approximately)
  --repeats n               runs of each program and size (default 5)
  --with-peers              also PETSc + hypre, FreeFEM, SfePy; install them with scripts/bench/install-peers.sh
  --peers petsc,freefem     only these of the peers
  --quick                   20k only, 2 repeats, no table of robustness
  --robustness              only the table of robustness: coefficients and cells that are hard on the solver
  --json file               write all measurements as JSON
  --markdown file           write the tables into a Markdown file, between its bench:begin and bench:end marks
  --cache folder            where meshes are kept (default: $XDG_CACHE_HOME/erfem-bench, else a temporary folder)
`;

/** Reads the command line; prints help and ends where asked to. */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      sizes: { type: "string" },
      repeats: { type: "string" },
      "with-peers": { type: "boolean", default: false },
      peers: { type: "string", default: "petsc,freefem,sfepy" },
      quick: { type: "boolean", default: false },
      robustness: { type: "boolean", default: false },
      json: { type: "string" },
      markdown: { type: "string" },
      cache: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    process.exit(0);
  }
  const sizes = (values.sizes ?? (values.quick ? "20k" : "20k,100k,500k,1M")).split(",").map((name) => ({
    name,
    nodes: parseCount(name),
  }));
  const repeats = Number(values.repeats ?? (values.quick ? 2 : 5));
  const bad = sizes.find(({ nodes }) => !(nodes >= 5e3 && nodes <= 4e6));
  if (bad !== undefined) fail(`--sizes has "${bad.name}", expected 5k to 4M, such as 20k,1M`);
  if (!Number.isInteger(repeats) || repeats < 1) fail(`--repeats is ${values.repeats}, expected 1 or more`);
  sizes.sort((a, b) => a.nodes - b.nodes);
  return {
    sizes: values.robustness ? [] : sizes,
    robustness: values.robustness || !values.quick,
    repeats,
    peers: values["with-peers"] ? values.peers.split(",") : [],
    json: values.json,
    markdown: values.markdown,
    cache: values.cache,
  };
}

function fail(message) {
  process.stderr.write(`bench: ${message}\n`);
  process.exit(2);
}
