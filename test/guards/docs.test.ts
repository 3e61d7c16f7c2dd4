import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildOptions } from '../../src/cli/options.ts';
import { createProgram } from '../../src/cli/program.ts';
import { builtInCustomizations } from '../../src/customizations/index.ts';
import { parseCsvList } from '../../src/fleet/csv.ts';
import { expandFleet } from '../../src/fleet/expand.ts';
import { parseYamlList } from '../../src/fleet/yaml-list.ts';
import { parseSpec } from '../../src/spec/parse.ts';
import { parseYaml } from '../../src/spec/yaml.ts';
import { root } from './source-files.ts';

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...namesIn('docs').map((name) => `docs/${name}`),
].filter((name) => name.endsWith('.md'));
const text = (name: string): string => readFileSync(path.join(root, name), 'utf8');

function namesIn(folder: string): string[] {
  return readdirSync(path.join(root, folder));
}

function blocks(page: string, language: string): string[] {
  return [...text(page).matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    (match) => match[1] ?? '',
  );
}

describe('the documentation', () => {
  it.each([...pages, 'CHANGELOG.md'])('has no rest of a merge: %s', (page) => {
    expect(text(page)).not.toMatch(/^(<{7}|={7}|>{7})( |$)/m);
  });
});

describe('configuration in the documentation', () => {
  const found = pages.flatMap((page) =>
    blocks(page, 'yaml').map((block, index) => [`${page} #${index + 1}`, block] as const),
  );
  const examples = namesIn('examples')
    .filter((name) => name.endsWith('.yaml') && name !== 'fleet.yaml')
    .map((name) => [`examples/${name}`, text(`examples/${name}`)] as const);

  it.each([...found, ...examples])('%s is valid', (name, block) => {
    const { value, locate } = parseYaml(block, name);
    expect(parseSpec(value, builtInCustomizations, locate).image).toBeTruthy();
  });
});

describe('lists of devices in the documentation', () => {
  const customizations = builtInCustomizations;
  const inDocs = /<!-- fleet\.yaml -->\n```yml\n([\s\S]*?)^```/m.exec(text('docs/fleet.md'))?.[1] ?? '';

  it.each([
    ['docs/fleet.md', inDocs],
    ['examples/fleet.yaml', text('examples/fleet.yaml')],
  ])('%s is valid', (name, block) => {
    const { list } = parseYamlList(block, name, customizations);
    const { base = { value: {}, locate: () => undefined } } = list;
    const { output } = base.value as { output: string };
    expect(expandFleet({ list, base, output, customizations })).toHaveLength(2);
  });

  it.each([
    ['docs/fleet.md', blocks('docs/fleet.md', 'csv')[0] ?? ''],
    ['examples/fleet.csv', text('examples/fleet.csv')],
  ])('%s is valid', (name, block) => {
    const list = parseCsvList(Buffer.from(block), name);
    const base = parseYaml(text('examples/fleet-base.yaml'), 'fleet-base.yaml');
    const devices = expandFleet({ list, base, output: '{{hostname}}.img', customizations });
    expect(devices).toHaveLength(list.devices.length);
  });
});

describe('commands in the documentation', () => {
  const commands = pages.flatMap((page) =>
    blocks(page, 'sh').flatMap((block) => block.split('\n').map((line) => [page, line] as const)),
  );
  const ours = commands.filter(([, line]) => /(^|&& |npx )pi-image /.test(line));
  const program = createProgram({ signal: new AbortController().signal });

  it('are there', () => {
    expect(ours.length).toBeGreaterThan(4);
  });

  it.each(ours)('%s: %s names a command and options that exist', (_page, line) => {
    const words = (line.split(/(?:^|\s)(?:npx )?pi-image /)[1] ?? '').replace(/\s+#.*$/, '').split(/\s+/);
    const command = program.commands.find((one) => one.name() === words[0]);
    expect(command?.name()).toBe(words[0]);
    const known = (command?.options ?? []).flatMap(({ long, short }) => [long, short]);
    for (const word of words.filter((one) => /^--?[a-z]/.test(one))) expect(known).toContain(word);
  });
});

describe('links in the documentation', () => {
  const links = pages.flatMap((page) =>
    [...text(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => [page, match[1] ?? ''] as const),
  );
  it.each(links)('%s → %s leads somewhere', (page, target) => {
    expect(() => readFileSync(path.join(root, path.dirname(page), target))).not.toThrow();
  });
});

describe('help', () => {
  it('shows every option of build, none wider than it needs', () => {
    const help = createProgram({ signal: new AbortController().signal })
      .commands.find((one) => one.name() === 'build')
      ?.helpInformation();
    for (const { flags } of buildOptions) expect(help).toContain(flags.split(/[ ,]/)[0]);
  });
});
