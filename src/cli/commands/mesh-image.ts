import { Option, type Command } from "commander";
import { IMAGE_MESH_DEFAULTS, imagePeriodicities } from "../../meshing/image-level-set.js";
import { voxelTypes } from "../../io/voxel-values.js";
import {
  addGradingOption,
  addMaxBytesOption,
  addMeshFormatOptions,
  addOutputOptions,
} from "../command-options.js";
import { exitCodesHelp } from "../exit-codes.js";
import { parseCrop, parseLabel, parseVector } from "../parse-level-set.js";
import { parseNumber, parseOutput, parsePositive, parsePositiveInteger } from "../parse-options.js";
import type { MeshImageFlags } from "./run-mesh-image.js";

const gibibyte = 2 ** 30;

/** Declares `erfem mesh image`. */
export function addMeshImageCommand(parent: Command): void {
  const command = parent
    .command("image")
    .helpOption("-h, --help", "display help for command")
    .summary("mesh a segmented volume image, without Gmsh")
    .description(
      "Mesh the surface of the voxels with given labels, and both sides of it. The voxels are smoothed, so that their " +
        "stairs do not count as membrane; the size of the mesh does not depend on theirs. Lengths are in the unit of the " +
        "spacing.",
    )
    .argument("<image>", "NRRD, NumPy or TIFF stack; with --shape and --dtype bare values")
    .option(
      "--label <name=n,...>",
      "the phase inside, and the labels of its voxels, such as ER=2",
      parseLabel,
    )
    .option("--threshold <t>", "in the place of labels: voxels above this value are ER", (text) =>
      parseNumber(text, "--threshold"),
    )
    .option("--outside <name>", "name of the other phase", "cytosol")
    .option("--spacing <dx,dy,dz>", "edges of a voxel (default: those of the file)", (text) =>
      parseVector(text, "--spacing"),
    )
    .option("--crop <x0:x1,y0:y1,z0:z1>", "the part of the image, in voxels, ends not included", parseCrop)
    .addOption(
      new Option(
        "--periodic <how>",
        "match: opposite faces must agree; wrap: they need not; mirror: reflected to 2x2x2; crop: blended near the faces",
      )
        .choices([...imagePeriodicities])
        .default("match"),
    )
    .option("--blend <w>", "width of the zone that crop blends (default: 8 voxels)", (text) =>
      parsePositive(text, "--blend"),
    )
    .option(
      "--smooth <s>",
      "standard deviation of the smoothing (default: 1.25 voxels, more where parts are thick)",
      (text) => parsePositive(text, "--smooth"),
    )
    .option("--size <h>", "edge of the lattice (default: twice the longest edge of a voxel)", (text) =>
      parsePositive(text, "--size"),
    )
    .option(
      "--max-nodes <n>",
      "most nodes of the mesh",
      (text) => parsePositiveInteger(text, "--max-nodes"),
      IMAGE_MESH_DEFAULTS.maxNodes,
    )
    .option(
      "--memory <GiB>",
      "most memory for the mesher (default: 8)",
      (text) => parsePositive(text, "--memory") * gibibyte,
      IMAGE_MESH_DEFAULTS.maxBytes,
    )
    .option("--shape <nx,ny,nz>", "of bare values, x fastest", (text) => parseVector(text, "--shape"))
    .addOption(new Option("--dtype <type>", "of bare values").choices([...voxelTypes]))
    .addOption(new Option("--endian <order>", "of bare values").choices(["little", "big"]))
    .addOption(
      new Option("--axes <order>", "of the indices of a NumPy array").choices(["zyx", "xyz"]).default("zyx"),
    )
    .requiredOption("-o, --output <file>", "mesh file to write", parseOutput);
  addGradingOption(command);
  addOutputOptions(addMaxBytesOption(addMeshFormatOptions(command)))
    .addHelpText(
      "after",
      `${exitCodesHelp}
Example:
  $ erfem mesh image er.nrrd --label ER=2 --spacing 4,4,4 --periodic mirror --size 8 -o er.msh
  $ erfem mesh image er.raw --shape 512,512,512 --dtype uint8 --label ER=1,3 --spacing 8,8,8 --crop 0:256,0:256,0:256 \\
      --periodic crop --blend 64 --size 20 -o er.msh
`,
    )
    .action(async (image: string, flags: MeshImageFlags) => {
      const { runMeshImage } = await import("./run-mesh-image.js");
      await runMeshImage(image, flags);
    });
}
