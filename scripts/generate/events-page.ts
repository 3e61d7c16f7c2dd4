import { exitCodeOf } from '../../src/cli/exit-code.ts';
import { errorCodes, PiImageError } from '../../src/model/errors.ts';
import { eventCodes } from '../../src/model/events.ts';

/** docs/events.md: every code that programs may rely on. */
export function eventsPage(): string {
  const events = Object.entries(eventCodes).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
  const errors = errorCodes.map((code) => `| \`${code}\` | ${exitCodeOf(new PiImageError(code, ''))} |`);
  return `# Events and errors

What \`--json\` prints, one object a line, and what the library passes to \`onEvent\`. Codes and data are a contract; texts are not.
The last line is the result: \`{"code":"result","outcome":"success",…}\`, or \`"error"\` with \`error\`, \`exitCode\`, \`message\`, \`help\` and \`problems\`.

\`lint\` prints a line \`"finding"\` for each finding (\`rule\`, \`level\`, \`path\`, \`line\`, \`message\`, \`help\`), \`diff\` a line \`"table"\` (\`subject\`, \`before\`, \`after\`) or
\`"difference"\` (\`path\`, \`change\`, \`before\`, \`after\`, \`content\`) for each difference.

| event | meaning |
|---|---|
${events.join('\n')}

| error | exit code |
|---|---|
${errors.join('\n')}
`;
}
