import { ParseError, UsageError } from "../../core/errors.js";
import type { Vector3 } from "../../core/tensor.js";
import { parseVolumeImage } from "../../io/parse-image.js";
import { parseRawImage } from "../../io/raw-image.js";
import type { VolumeImage } from "../../io/volume-image.js";
import type { VoxelType } from "../../io/voxel-values.js";
import {
  IMAGE_MESH_DEFAULTS,
  levelSetOfImage,
  type ImagePeriodicity,
} from "../../meshing/image-level-set.js";
import type { VoxelCrop, VoxelSelection } from "../../meshing/select-voxels.js";
import type { LevelSetMeshOptions } from "../../meshing/level-set.js";
import { checkMeshSize } from "../../meshing/mesh-level-set.js";
import { readFileBytes } from "../../node/files.js";
import { checkOutput } from "../output-file.js";
import type { LabelFlag } from "../parse-level-set.js";
import { withTerminal } from "../terminal.js";
import { writeLevelSet, type LevelSetFlags } from "../write-level-set.js";

/** Flags of `erfem mesh image`. */
export interface MeshImageFlags extends LevelSetFlags {
  readonly label?: LabelFlag;
  readonly threshold?: number;
  readonly outside: string;
  readonly spacing?: Vector3;
  readonly crop?: VoxelCrop;
  readonly periodic: ImagePeriodicity;
  readonly blend?: number;
  readonly smooth?: number;
  readonly size?: number;
  readonly grading?: number;
  readonly maxNodes: number;
  readonly memory: number;
  readonly shape?: Vector3;
  readonly dtype?: VoxelType;
  readonly endian?: "little" | "big";
  readonly axes: "zyx" | "xyz";
  readonly maxBytes?: number;
}

/**
 * `erfem mesh image`: meshes the surface of segmented voxels and both sides of it, and says how far volume and area are from
 * those of the voxels.
 *
 * @throws UsageError `contradicting-options`, `image-label-missing`, ...; ParseError, PeriodicityError, MeshError
 */
export async function runMeshImage(file: string, flags: MeshImageFlags): Promise<void> {
  await withTerminal(flags, async (terminal) => {
    await checkOutput(flags.output, file);
    const { selection, name } = chooseSelection(flags);
    terminal.progress.progress?.({ step: "read the image" });
    const image = await readImage(file, flags);
    const optionsFor = (spacing: Vector3): LevelSetMeshOptions => ({
      size: flags.size ?? IMAGE_MESH_DEFAULTS.sizeVoxels * Math.max(...spacing),
      names: { inside: name, outside: flags.outside },
      maxNodes: flags.maxNodes,
      maxBytes: flags.memory,
      ...(flags.grading === undefined ? {} : { grading: flags.grading }),
    });
    const { levelSet, report } = levelSetOfImage(image, {
      selection,
      periodic: flags.periodic,
      checkBox: (box, spacing) => {
        checkMeshSize(box, optionsFor(spacing));
      },
      ...terminal.progress,
      ...(flags.spacing === undefined ? {} : { spacing: flags.spacing }),
      ...(flags.crop === undefined ? {} : { crop: flags.crop }),
      ...(flags.blend === undefined ? {} : { blend: flags.blend }),
      ...(flags.smooth === undefined ? {} : { smooth: flags.smooth }),
    });
    const { lengths } = levelSet;
    const options = optionsFor(report.spacing);
    await writeLevelSet(levelSet, options, flags, terminal, (_, { volume, area }) => [
      { name: "smoothing", key: "smooth", value: Math.max(...report.smooth) },
      { name: "share of voxels inside", key: "voxelFraction", value: report.voxelFraction },
      {
        name: "share of the mesh inside",
        key: "meshFraction",
        value: volume / (lengths[0] * lengths[1] * lengths[2]),
      },
      { name: "area by lines through the voxels", key: "voxelArea", value: report.voxelArea },
      { name: "area of the membrane", key: "membraneArea", value: area },
    ]);
  });
}

function chooseSelection({ label, threshold }: MeshImageFlags): { selection: VoxelSelection; name: string } {
  if (label !== undefined && threshold === undefined)
    return { selection: { labels: label.labels }, name: label.name };
  if (threshold !== undefined && label === undefined) return { selection: { threshold }, name: "ER" };
  throw new UsageError(
    "contradicting-options",
    "nothing, or two things, say which voxels are inside; expected either --label, such as --label ER=2, or --threshold",
  );
}

async function readImage(file: string, flags: MeshImageFlags): Promise<VolumeImage> {
  const { shape, dtype, endian, axes, maxBytes } = flags;
  if ((shape === undefined) !== (dtype === undefined) || (endian !== undefined && shape === undefined)) {
    throw new UsageError(
      "contradicting-options",
      "--shape, --dtype and --endian tell what bare values are; expected --shape and --dtype together, or none of them",
    );
  }
  const bytes = await readFileBytes(file, maxBytes);
  const limit = maxBytes === undefined ? {} : { maxBytes };
  try {
    if (shape === undefined || dtype === undefined) return await parseVolumeImage(bytes, { axes, ...limit });
    return parseRawImage(bytes, {
      shape,
      type: dtype,
      ...(endian === undefined ? {} : { endian }),
      ...limit,
    });
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new ParseError(error.code, `${file}: ${error.message}`, {
      cause: error,
      details: { ...error.details, file },
    });
  }
}
