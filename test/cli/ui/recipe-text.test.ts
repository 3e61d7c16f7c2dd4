import { describe, expect, it } from 'vitest';
import type { RecipeRun } from '../../../src/build/explain.ts';
import { describeRun } from '../../../src/cli/ui/recipe-text.ts';

const plain = (_colour: string, text: string): string => text;
const run: RecipeRun = {
  kind: 'build',
  tool: { name: 'pi-image', version: '1.2.3' },
  base: { name: 'stock' },
  settings: { hostname: 'kitchen', user: { password: '(hidden)' } },
  hidden: ['user.password'],
  customizations: ['hostname', 'user', 'ssh'],
  firstBoot: [{ name: 'packages', title: 'Install vim' }],
  changes: [
    { path: '/etc/hostname', action: 'write', from: ['hostname'] },
    { path: '/etc/x', action: 'write', from: ['a', 'b'], mode: '0600', owner: '0:0', hidden: true },
    { path: '/etc/l', action: 'link', from: ['a'], target: '../x' },
  ],
};

describe('describeRun', () => {
  it('tells what was done, from what, with what', () => {
    expect(describeRun(run, plain)).toBe(`Built by pi-image 1.2.3
from       stock
defaults   ssh

settings
  hostname: kitchen
  user:
    password: (hidden)

3 paths
  write     /etc/hostname [hostname]
  write     /etc/x 0600 0:0 (hidden) [a, b]
  link      /etc/l → ../x [a]

at the first boot
  Install vim
`);
  });

  it('tells the digest, the time, and what is left out, where there are', () => {
    const { settings, ...rest } = run;
    const text = describeRun(
      {
        ...rest,
        kind: 'personalize',
        base: { name: 'stock', sha256: 'a'.repeat(64) },
        time: '2024-05-06T07:08:10.000Z',
        changes: [],
        moreChanges: 7,
        firstBoot: [],
      },
      plain,
    );
    expect(text).toBe(`Personalized by pi-image 1.2.3
from       stock (SHA-256 ${'a'.repeat(64)})
time       2024-05-06T07:08:10.000Z (SOURCE_DATE_EPOCH)

settings
  (too long for the recipe)

7 paths
  and 7 more
`);
  });

  it('lets no text of the image act on the terminal, or look like a line of its own', () => {
    const evil = 'x\u001b[2J\u202e\r\nBuilt by nobody';
    const text = describeRun(
      {
        ...run,
        tool: { name: evil, version: evil },
        base: { name: evil },
        settings: { [evil]: { [evil]: [evil, `# ${evil}`] } },
        customizations: [evil],
        firstBoot: [{ name: evil, title: evil }],
        changes: [{ path: evil, action: 'move', from: [evil], owner: evil, to: evil }],
      },
      plain,
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(text.split('\n').filter((line) => line.startsWith('Built by'))).toHaveLength(1);
  });
});
