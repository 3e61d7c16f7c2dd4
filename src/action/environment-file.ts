import { randomUUID } from 'node:crypto';

/** Names and values as the runner reads them from GITHUB_OUTPUT: each value between delimiters that nobody can guess. Pure but for chance. */
export function environmentFileEntries(
  values: Readonly<Record<string, string>>,
  delimiter: () => string = () => `ghadelimiter_${randomUUID()}`,
): string {
  return Object.entries(values)
    .map(([name, value]) => {
      const end = delimiter();
      // It would end the value early, and what follows would be outputs of somebody else's choice.
      if (name.includes(end) || value.includes(end))
        throw new Error(`the output ${name} holds its delimiter`);
      return `${name}<<${end}\n${value}\n${end}\n`;
    })
    .join('');
}
