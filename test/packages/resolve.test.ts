import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PiImageError } from '../../src/model/errors.ts';
import { resolve } from '../../src/packages/resolve.ts';
import {
  AptJudge,
  controlText,
  hasApt,
  installedStanza,
  offeredStanza,
  type Stanza,
} from '../fixtures/apt-judge.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { universeOf } from './universe.ts';

const directory = temporaryDirectory();

/** `a 1; Depends: b` */
const stanza = (text: string): Stanza => {
  const [head = '', ...fields] = text.split(';').map((one) => one.trim());
  const [name = '', version = ''] = head.split(' ');
  return Object.fromEntries([
    ['Package', name],
    ['Version', version],
    ...fields.map((field) => field.split(/:\s(.*)/s).slice(0, 2)),
  ]);
};

async function outcome(
  installed: string[],
  offered: string[],
  wanted: string,
  recommends = false,
): Promise<string> {
  const universe = await universeOf(installed.map(stanza), offered.map(stanza));
  const names = wanted.split(' ').map((one) => {
    const [name = '', version] = one.split('=');
    return { name, ...(version && { version }) };
  });
  return resolve(universe, names, { recommends })
    .map(({ name, version }) => `${name} ${version}`)
    .join(', ');
}

describe('resolve', () => {
  it.each<[string, string[], string[], string, string]>([
    [
      'takes what is needed, first what comes first',
      [],
      ['a 1; Depends: b, c', 'b 1; Depends: c', 'c 1'],
      'a',
      'c 1, b 1, a 1',
    ],
    ['takes the newest', [], ['a 1', 'a 2~rc', 'a 1.5'], 'a', 'a 2~rc'],
    ['takes the version asked for', [], ['a 1.0-1', 'a 1.10-1', 'a 2'], 'a=1.0', 'a 1.0-1'],
    ['does nothing when it is there', ['a 1'], ['a 2'], 'a', ''],
    ['keeps installed packages that will do', ['b 1'], ['a 1; Depends: b', 'b 2'], 'a', 'a 1'],
    ['upgrades those that will not', ['b 1'], ['a 1; Depends: b (>= 2)', 'b 2'], 'a', 'b 2, a 1'],
    [
      'upgrades what relies on the old version',
      ['b 1', 'c 1; Depends: b (= 1)'],
      ['a 1; Depends: b (>= 2)', 'b 2', 'c 2; Depends: b (= 2)'],
      'a',
      'b 2, a 1, c 2',
    ],
    [
      'takes the first alternative that can be had',
      [],
      ['a 1; Depends: x | b | c', 'b 1; Depends: nothing', 'c 1'],
      'a',
      'c 1, a 1',
    ],
    ['is content with an installed alternative', ['c 1'], ['a 1; Depends: b | c', 'b 1'], 'a', 'a 1'],
    ['finds who provides a name', [], ['a 1; Depends: mta', 'b 1; Provides: mta'], 'a', 'b 1, a 1'],
    [
      'wants versions of versioned names only',
      [],
      ['a 1; Depends: v (>= 2)', 'b 9; Provides: v', 'c 1; Provides: v (= 2)'],
      'a',
      'c 1, a 1',
    ],
    [
      'is content with an installed provider',
      ['b 1; Provides: mta'],
      ['a 1; Depends: c | mta', 'c 1'],
      'a',
      'a 1',
    ],
    [
      'goes back when a choice excludes a later need',
      [],
      ['a 1; Depends: b | c, d', 'b 1', 'c 1', 'd 1; Conflicts: b'],
      'a',
      'c 1, d 1, a 1',
    ],
    [
      'takes an older version when the newest cannot be',
      [],
      ['a 1; Depends: b', 'b 2; Depends: nothing', 'b 1'],
      'a',
      'b 1, a 1',
    ],
    ['lets packages exclude the name they provide', [], ['a 1; Provides: x; Conflicts: x'], 'a', 'a 1'],
    ['replaces what is broken by the new', ['b 1'], ['a 1; Breaks: b (<< 2)', 'b 2'], 'a', 'b 2, a 1'],
    ['replaces an installed package that objects', ['b 1; Conflicts: a'], ['a 1', 'b 2'], 'a', 'b 2, a 1'],
    ['ends in circles', [], ['a 1; Depends: b', 'b 1; Depends: c', 'c 1; Depends: a'], 'a', 'c 1, b 1, a 1'],
    ['takes pre-dependencies too', [], ['a 1; Pre-Depends: b', 'b 1'], 'a', 'b 1, a 1'],
    [
      'heeds allowed architectures',
      ['p 1; Multi-Arch: allowed'],
      ['a 1; Depends: p:any, q:any | r', 'q 1', 'r 1'],
      'a',
      'r 1, a 1',
    ],
    [
      'leaves other architectures of the archive',
      [],
      ['a 1; Depends: b', 'b 2; Architecture: amd64', 'b 1; Architecture: all'],
      'a',
      'b 1, a 1',
    ],
    ['prefers the archive that is preferred', [], ['a 1', 'a 2; preference: 100'], 'a', 'a 1'],
    ['takes what is not recommended only if asked', [], ['a 1; Recommends: b', 'b 1'], 'a', 'a 1'],
  ])('%s', async (_what, installed, offered, wanted, expected) => {
    expect(await outcome(installed, offered, wanted)).toBe(expected);
  });

  it('takes from archives that do not want to be used only what is named by its version', async () => {
    const offered = ['a 1; Depends: b (>= 2)', 'b 1', 'b 2; preference: 100', 'c 1; preference: -1'];
    await expect(outcome([], offered, 'a')).rejects.toThrow(PiImageError);
    expect(await outcome([], offered, 'a b=2')).toBe('b 2, a 1');
    await expect(outcome([], offered, 'c')).rejects.toThrow(/no archive of the image has c/);
  });

  it('takes recommended packages that can be had, and theirs', async () => {
    const offered = [
      'a 1; Recommends: b, nothing, c | d',
      'b 1; Recommends: e',
      'c 1; Conflicts: a',
      'd 1',
      'e 1',
    ];
    expect(await outcome([], offered, 'a', true)).toBe('a 1, b 1, d 1, e 1');
  });

  it.each<[string, string[], string[], string, RegExp]>([
    ['an unknown package', [], ['docker-ce 1'], 'docker-cee', /docker-cee cannot be installed: no archive/],
    [
      'an unknown version',
      [],
      ['a 1', 'a 2'],
      'a=3',
      /a 3 cannot be installed: the archives only have a 2, a 1/,
    ],
    [
      'something missing far down',
      [],
      ['a 1; Depends: b', 'b 1; Depends: c', 'c 1; Depends: d (>= 2)', 'd 1'],
      'a',
      /a → b → c → d \(>= 2\): the archives only have d 1/,
    ],
    [
      'an enemy that is installed',
      ['b 1'],
      ['a 1; Conflicts: b'],
      'a',
      /a → something else than b 1, which b rules out: no archive has another b/,
    ],
    ['two that exclude each other', [], ['a 1; Conflicts: b', 'b 1'], 'a b', /exclude each other/],
    [
      'a version that is older than the installed',
      ['a 2'],
      ['a 1'],
      'a=1',
      /a 2 is installed, which is not older/,
    ],
  ])('says why it cannot: %s', async (_what, installed, offered, wanted, message) => {
    const error = await outcome(installed, offered, wanted).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(PiImageError);
    const { code, message: text, problems } = error as PiImageError;
    expect(code).toBe('plan.unsuitable');
    expect([text, ...problems.map((one) => one.message)].join('\n')).toMatch(message);
  });

  it('leaves held packages alone', async () => {
    const universe = await universeOf([], ['a 1; Depends: b (>= 2)', 'b 2'].map(stanza));
    const held = { ...installedStanza(stanza('b 1')), Status: 'hold ok installed' };
    const again = await universeOf([held], ['a 1; Depends: b (>= 2)', 'b 2'].map(stanza));
    expect(resolve(universe, [{ name: 'a' }])).toHaveLength(2);
    expect(again.installedByName.get('b')?.held).toBe(true);
    expect(() => resolve(again, [{ name: 'a' }])).toThrow(PiImageError);
  });

  it('keeps libraries of two architectures in step', async () => {
    const offered = ['a 1; Depends: lib (>= 2)', 'lib 2; Multi-Arch: same'].map(stanza);
    const foreign = { ...stanza('lib 1; Multi-Arch: same'), Architecture: 'arm64' };
    const universe = await universeOf([stanza('lib 1; Multi-Arch: same'), foreign], offered);
    expect(() => resolve(universe, [{ name: 'a' }])).toThrow(PiImageError);
  });

  it('ends when an archive was made to take for ever', async () => {
    // Each of 40 packages has 4 versions that all come to nothing because of the last.
    const offered = Array.from({ length: 40 }, (_, index) =>
      [1, 2, 3, 4].map((version) =>
        stanza(`p${index} ${version}; Depends: ${index < 39 ? `p${index + 1}` : 'nothing'}`),
      ),
    ).flat();
    const wide = Array.from({ length: 12 }, (_, index) =>
      [1, 2, 3, 4].map((version) => stanza(`q${index} ${version}`)),
    ).flat();
    const all = stanza(`a 1; Depends: ${wide.map((one) => one['Package']).join(', ')}, nothing`);
    for (const [name, packages] of [
      ['p0', offered],
      ['a', [...wide, all]],
    ] as const) {
      const universe = await universeOf([], packages);
      expect(() => resolve(universe, [{ name }])).toThrow(PiImageError);
    }
  });
});

const names = ['pa', 'pb', 'pc', 'pd', 'pe', 'pf', 'pg'] as const;
const relation = fc
  .tuple(
    fc.constantFrom(...names, 'virtual'),
    fc.option(fc.tuple(fc.constantFrom('<<', '<=', '=', '>=', '>>'), fc.integer({ min: 1, max: 3 }))),
  )
  .map(([name, version]) => (version ? `${name} (${version[0]} ${version[1]})` : name));
const dependency = fc.array(relation, { minLength: 1, maxLength: 2 }).map((all) => all.join(' | '));
const offeredPackage = fc
  .record({
    name: fc.constantFrom(...names),
    version: fc.integer({ min: 1, max: 3 }),
    depends: fc.array(dependency, { maxLength: 2 }),
    conflicts: fc.option(relation, { freq: 6 }),
    provides: fc.option(fc.constantFrom('virtual', 'virtual (= 2)', 'pa', 'pb (= 3)'), { freq: 6 }),
  })
  .map(({ name, version, depends, conflicts, provides }) =>
    stanza(
      [
        `${name} ${version}`,
        ...(depends.length > 0 ? [`Depends: ${depends.join(', ')}`] : []),
        ...(conflicts ? [`Conflicts: ${conflicts}`] : []),
        ...(provides ? [`Provides: ${provides}`] : []),
      ].join('; '),
    ),
  );
const archive = fc.uniqueArray(offeredPackage, {
  minLength: 4,
  maxLength: 14,
  selector: (one) => `${one['Package']} ${one['Version']}`,
});

describe.skipIf(!hasApt)('apt as the judge', () => {
  it('would do exactly what we resolved, and nothing where we found no way', {
    timeout: 120_000,
  }, async () => {
    const seen = { solved: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(
        archive,
        fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 2 }),
        fc.nat(3),
        async (offered, wanted, count) => {
          // Installed is what needs nothing, so that the system is whole before.
          const installed = offered.filter((one) => !one['Depends'] && !one['Conflicts']).slice(0, count);
          const onePerName = [...new Map(installed.map((one) => [one['Package'], one])).values()];
          const system = onePerName.map((one) => installedStanza(one));
          const folder = mkdtempSync(path.join(directory, 'apt-'));
          mkdirSync(path.join(folder, 'archive'));
          writeFileSync(path.join(folder, 'archive/Packages'), controlText(offered.map(offeredStanza)));
          const apt = new AptJudge(
            folder,
            `deb [trusted=yes] file:${folder}/archive ./\n`,
            controlText(system),
          );
          apt.update();
          const universe = await universeOf(system, offered);
          let chosen: string[];
          try {
            chosen = resolve(
              universe,
              wanted.map((name) => ({ name })),
            ).map(({ name, version }) => `${name} ${version}`);
          } catch (error) {
            if (!PiImageError.is(error)) throw error;
            seen.refused++;
            const verdict = apt.install(wanted);
            expect(verdict.ok && verdict.removes.length === 0, verdict.output).toBe(false);
            return;
          }
          if (chosen.length === 0) return;
          seen.solved++;
          const verdict = apt.install(chosen.map((one) => one.replace(' ', '=')));
          expect(verdict.ok, verdict.output).toBe(true);
          expect(verdict.removes, verdict.output).toEqual([]);
          expect(verdict.installs, verdict.output).toEqual([...chosen].sort());
        },
      ),
      { numRuns: 40 },
    );
    expect(seen.solved).toBeGreaterThan(3);
    expect(seen.refused).toBeGreaterThan(3);
  });
});
