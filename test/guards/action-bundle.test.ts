import { readdirSync, readFileSync } from 'node:fs';
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

  it('has no other files, and is no larger than need be', () => {
    const names = readdirSync(path.join(root, 'action/main')).map((name) => `action/main/${name}`);
    expect(names.sort()).toEqual(files.map(([name]) => name).sort());
    const size = files.reduce((sum, [, content]) => sum + content.length, 0);
    expect(size).toBeLessThan(largest);
  });
});
