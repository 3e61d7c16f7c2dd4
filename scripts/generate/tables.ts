import { optionGroups } from '../../src/cli/build-option.ts';
import { buildOptions } from '../../src/cli/options.ts';
import { jsonSchema } from './json-schema.ts';

interface SchemaNode {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly default?: unknown;
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** The options of `build`, grouped as in its help. */
export function optionsTable(): string {
  const rows = optionGroups.flatMap((group) => {
    const options = buildOptions.filter((option) => option.group === group);
    return options.map(({ flags, description, repeatable, choices }) => {
      const extra = [repeatable ? 'repeatable' : '', choices ? choices.join(', ') : '']
        .filter(Boolean)
        .join('; ');
      return `| \`${cell(flags)}\` | ${cell(description)}${extra ? ` (${extra})` : ''} |`;
    });
  });
  return ['| option | meaning |', '|---|---|', ...rows].join('\n');
}

/** Every setting of pi-image.yaml by its dotted name. */
export function settingsTable(): string {
  const schema = JSON.parse(jsonSchema()) as SchemaNode;
  return ['| setting | meaning |', '|---|---|', ...rowsOf(schema, '')].join('\n');
}

function rowsOf(node: SchemaNode, prefix: string): string[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const dotted = `${prefix}${name}`;
    const fallback =
      child.default === undefined || typeof child.default === 'object'
        ? ''
        : ` Default: \`${child.default}\`.`;
    const own = child.description ? [`| \`${dotted}\` | ${cell(child.description)}${fallback} |`] : [];
    return [...own, ...nested(child, dotted)];
  });
}

function nested(node: SchemaNode, dotted: string): string[] {
  if (node.properties) return rowsOf(node, `${dotted}.`);
  if (node.items) return nested(node.items, `${dotted}[]`);
  const object = node.anyOf?.find((one) => one.properties ?? one.items);
  return object ? nested(object, dotted) : [];
}
