/** docs/reference/commands.md: the help of every command of the built program. */
export function formatCommandReference(program: string): string;
