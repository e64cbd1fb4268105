import { z } from "zod";

/** What a table of fields says of one: its meaning, and its unit where it has one that does not depend on the file. */
export function told<Type extends z.ZodType>(type: Type, description: string, unit?: string): Type {
  return type.meta({ description, ...(unit === undefined ? {} : { unit }) });
}

/** A finite number. */
export const number = z.number();

export const count = z.int().nonnegative();

export const vector = z.tuple([number, number, number]);

/** Rows of a 3x3 tensor. */
export const matrix = z.tuple([vector, vector, vector]);

/** Microscopic diffusion, um^2/ms. */
export const tensorUnit = "um^2/ms";
