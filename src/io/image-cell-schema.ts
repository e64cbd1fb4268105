import { z } from "zod";
import { fields } from "./schema-fields.js";

const positive = z.number().positive();

/** The fields of a file `.image.yaml`. */
export const imageCellSchema = fields({
  image: z.string().min(1).meta({ description: "NRRD, NumPy or TIFF stack, from the folder of this file" }),
  label: z
    .record(z.string().min(1), z.array(z.number().int()).min(1))
    .refine((label) => Object.keys(label).length === 1, { error: "expected one name, such as { ER: [2] }" })
    .optional()
    .meta({ description: "Name of the phase inside, and the labels of its voxels" }),
  threshold: z.number().optional().meta({ description: "In the place of labels: voxels above it are ER" }),
  outside: z.string().min(1).optional().meta({ description: "Name of the other phase (default: cytosol)" }),
  spacing: z
    .tuple([positive, positive, positive])
    .optional()
    .meta({ description: "Edges of a voxel, mesh units (default: those of the image)" }),
  periodic: z.enum(["match", "wrap", "mirror", "crop"]).optional().meta({
    description: "How a part becomes periodic, as for `erfem mesh image --periodic` (default: match)",
  }),
  blend: positive
    .optional()
    .meta({ description: "Width of the zone that crop blends, mesh units (default: 8 voxels)" }),
  axes: z
    .enum(["zyx", "xyz"])
    .optional()
    .meta({ description: "Of the indices of a NumPy array (default: zyx)" }),
}).meta({
  title: "erfem image cell",
  description: "Unit cells cut out of a segmented volume image, for `erfem mesh`, `sweep` and `convergence`",
});
