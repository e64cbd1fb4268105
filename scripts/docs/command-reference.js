import { execFileSync } from "node:child_process";

/**
 * docs/reference/commands.md: the help of every command, as the program prints it.
 *
 * @param {string} program path of the built command line
 * @returns {string}
 */
export function formatCommandReference(program) {
  const [top, ...commands] = listHelp(program, []);
  return [
    "# Commands",
    "<!-- made by scripts/docs/write-reference.js: npm run docs:reference -->",
    "What `erfem <command> --help` prints.",
    `\`\`\`text\n${top.help}\n\`\`\``,
    ...commands.map(
      ({ path, help }) =>
        `${"#".repeat(path.length + 1)} erfem ${path.join(" ")}\n\n\`\`\`text\n${help}\n\`\`\``,
    ),
  ]
    .join("\n\n")
    .concat("\n");
}

/** The help of a command and of those below it. */
function listHelp(program, path) {
  const help = execFileSync(process.execPath, [program, ...path, "--help"], { encoding: "utf8" }).trimEnd();
  const section = /^Commands:\n((?: .*\n)*)/m.exec(`${help}\n`)?.[1] ?? "";
  const names = [...section.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map((match) => match[1]);
  return [
    { path, help },
    ...names.filter((name) => name !== "help").flatMap((name) => listHelp(program, [...path, name])),
  ];
}
