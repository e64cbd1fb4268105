/** The anchor of a heading as GitHub makes it. */
export function slugify(heading: string): string;
