import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { actionBundle } from '../../scripts/generate/action-bundle.ts';
import { root } from './source-files.ts';

/** Every workflow that uses the action downloads it. */
const largest = 5_000_000;

describe('the built action', async () => {
  const files = Object.entries(await actionBundle());

  it.each(files)('%s is current (else: npm run generate)', (name, content) => {
    expect(readFileSync(path.join(root, name)).equals(content)).toBe(true);
  });

  it('asks for nothing that the runner would have to install', async () => {
    const wanted = files
      .filter(([name]) => /(index|decode-worker|replay-worker)\.js$/.test(name))
      .flatMap(([, content]) => [
        ...String(Buffer.from(content)).matchAll(
          /^import .* from "([^"]+)"|\b(?:import|(?:__)?require)\("([^"]+)"\)/gm,
        ),
      ])
      .map(([, one, other]) => one ?? other ?? '');
    expect(wanted).toContain('node:fs');
    expect([...new Set(wanted)].filter((name) => !name.startsWith('node:') && !isBuiltin(name))).toEqual([
      './openpgp.mjs',
    ]);
    const { readKey } = (await import(path.join(root, 'action/main/openpgp.mjs'))) as { readKey: unknown };
    expect(readKey).toBeTypeOf('function');
  });

  it('has no other files, and is no larger than need be', () => {
    const names = readdirSync(path.join(root, 'action/main')).map((name) => `action/main/${name}`);
    expect(names.sort()).toEqual(files.map(([name]) => name).sort());
    const size = files.reduce((sum, [, content]) => sum + content.length, 0);
    expect(size).toBeLessThan(largest);
  });
});
