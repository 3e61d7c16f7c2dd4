import { builtInRules } from '../../src/lint/index.ts';
import type { Rule } from '../../src/lint/rule.ts';

/** docs/lint.md: every rule, why it is there, and what to do. */
export function lintPage(): string {
  return `# What \`pi-image lint\` looks for

\`\`\`sh
pi-image lint kitchen.img.xz                      # any image, also of others, raw or compressed
pi-image lint kitchen.img.xz --public             # it is to be published: what it gives away is an error
pi-image lint kitchen.img.xz --fix -o mended.img  # a copy in which the safe part is mended
pi-image lint kitchen.img.xz --sarif              # for GitHub code scanning
\`\`\`

An **error** will not work, a **warning** may go wrong, a **note** is good to know. A **leak** gives away something of the person who built the image, or makes
all Pis alike; \`--public\` makes it an error. The exit code is 1 when there are errors and 0 otherwise, as linters have it. \`--skip RULE\` leaves a rule out.
Every build is looked over too: \`build --lint error\` ends it at an error, \`--lint off\` does not look.

\`--fix\` mends where nobody can want it otherwise: the mode of a key file, words that would be lost, identities that a Pi makes again by itself, histories and logs. It lets nobody in, and
takes nothing away that somebody has set up. The image stays as it is; what is left in the copy is reported as before.

${table()}

${builtInRules.map(section).join('\n')}`;
}

function table(): string {
  const rows = builtInRules.map(
    ({ id, level, leak, mend, summary }) =>
      `| [\`${id}\`](#${id}) | ${level} | ${leak ? 'yes' : ''} | ${mend ? 'yes' : ''} | ${summary} |`,
  );
  return ['| rule | level | leak | `--fix` | finds |', '|---|---|---|---|---|', ...rows].join('\n');
}

function section({ id, why, fix }: Rule): string {
  return `### ${id}\n\n${why} To put it right: ${fix}.\n`;
}
