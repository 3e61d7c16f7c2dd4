import { z } from 'zod';
import { firstBootStatusSchema } from '../../src/content/first-boot-status.ts';

interface Node {
  readonly description?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Node[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
}

/** docs/status.md: the fields of status.json, of the schema that `pi-image status` reads it by. */
export function statusPage(): string {
  const schema = z.toJSONSchema(firstBootStatusSchema) as Node;
  return `# status.json

While the first boot is at work, and after it, \`pi-image/status.json\` on the boot partition of the card tells how far it is. \`pi-image status PATH\` prints it – PATH is the folder that the
card is mounted on, the file itself, or an image – and \`pi-image-status\` does so on the Pi. Programs may rely on these fields; more may come, and \`version\` rises when one changes its meaning.

| field | type | meaning |
|---|---|---|
${rows(schema, '').join('\n')}
`;
}

function rows(node: Node, prefix: string): string[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) => [
    `| \`${prefix}${name}\` | ${typeOf(child)} | ${child.description ?? ''} |`,
    ...rows(child.items ?? {}, `${prefix}${name}[].`),
  ]);
}

function typeOf({ type, enum: words, const: only, anyOf }: Node): string {
  if (words) return words.map((word) => `\`${word}\``).join(', ');
  if (only !== undefined) return `\`${only}\``;
  return anyOf ? anyOf.map(typeOf).join(' or ') : (type ?? '');
}
