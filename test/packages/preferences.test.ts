import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pinsIn } from '../../src/packages/apt-files.ts';
import { type Provenance, parsePreferences, preferenceOf } from '../../src/packages/preferences.ts';
import { parseRelease } from '../../src/packages/release.ts';
import { compareVersions } from '../../src/packages/version.ts';
import { AptJudge, controlText, hasApt, offeredStanza } from '../fixtures/apt-judge.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';

const directory = temporaryDirectory();
const date = 'Date: Wed, 25 Nov 2026 00:00:00 UTC\n';
const releases = {
  stable: `Origin: Debian\nLabel: Debian\nSuite: oldstable\nCodename: buster\nVersion: 10.13\nArchitectures: armhf\nComponents: main\n${date}`,
  backports: `Origin: Debian Backports\nLabel: Backports\nSuite: buster-backports\nCodename: buster-backports\nNotAutomatic: yes\nButAutomaticUpgrades: yes\nArchitectures: armhf\nComponents: main\n${date}`,
  experimental: `Origin: Raspbian\nLabel: Test\nSuite: experimental\nCodename: rc-buggy\nNotAutomatic: yes\nArchitectures: armhf\nComponents: main\n${date}`,
} as const;
type Suite = keyof typeof releases;
const suites = Object.keys(releases) as Suite[];
const names = ['docker-ce', 'docker-ce-cli', 'nginx', 'lib'] as const;

const provenance = (suite: Suite): Provenance => ({
  release: parseRelease(suite, releases[suite]),
  component: 'main',
  host: 'archive.example.org',
});
const preference = (text: string, name: string, version: string, suite: Suite = 'stable') =>
  preferenceOf(parsePreferences('x', text), { name, version }, provenance(suite));

describe('preferenceOf', () => {
  it.each<[string, Suite, number]>([
    ['', 'stable', 500],
    ['', 'backports', 100],
    ['', 'experimental', 1],
    ['Package: *\nPin: release n=buster\nPin-Priority: 900', 'stable', 900],
    [
      'Package: *\nPin: release a=oldstable, o=Debian, l=Debian, c=main, v=10*\nPin-Priority: 900',
      'stable',
      900,
    ],
    ['Package: *\nPin: release n=buster\nPin-Priority: 900', 'backports', 100],
    ['Package: *\nPin: origin archive.example.org\nPin-Priority: 7', 'stable', 7],
    ['Package: *\nPin: origin "archive.example.org"\nPin-Priority: 7', 'stable', 7],
    ['Package: *\nPin: origin other.example.org\nPin-Priority: 7', 'stable', 500],
    ['Package: docker-ce*\nPin: version 5:26.1*\nPin-Priority: 1001', 'stable', 1001],
    ['Package: nginx\nPin: version 5:26.1*\nPin-Priority: 1001', 'stable', 500],
    [
      'Package: *\nPin: release buster\nPin-Priority: -1\n\nPackage: nginx docker-ce\nPin: release a=oldstable\nPin-Priority: 600',
      'stable',
      600,
    ],
    ['Package: docker-ce\nPin: nonsense\nPin-Priority: 600', 'stable', 500],
    ['Package: docker-ce\nPin: version *', 'stable', 500],
  ])('%j in %s: %i', (text, suite, expected) => {
    expect(preference(text, 'docker-ce', '5:26.1.4-1', suite)).toBe(expected);
  });

  it('takes no time for patterns that are made to', () => {
    const text = `Package: ${'a*'.repeat(90)}\nPin: version ${'*1'.repeat(10)}x\nPin-Priority: 5`;
    expect(preference(text, 'b'.repeat(100), '1'.repeat(50))).toBe(500);
  });
});

const pin = fc
  .record({
    name: fc.constantFrom('*', ...names, 'docker*', 'nginx lib'),
    pin: fc.constantFrom(
      'release n=buster',
      'release a=buster-backports',
      'release o=Raspbian',
      'release l=Test,c=main',
      'release buster',
      'version 1*',
      'version 2.0',
      'version *',
      'release v=10*',
    ),
    priority: fc.constantFrom(-1, 1, 50, 100, 400, 500, 600, 990),
  })
  .map((one) => `Package: ${one.name}\nPin: ${one.pin}\nPin-Priority: ${one.priority}\n`);

describe.skipIf(!hasApt)('apt as the judge', () => {
  it('takes the same version', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        // A version that several archives have is an odd case, in which apt lets a pin of one of them decide for all.
        fc.uniqueArray(
          fc.tuple(
            fc.constantFrom(...names),
            fc.constantFrom('1.0', '1.5', '2.0', '3.0'),
            fc.constantFrom(...suites),
          ),
          { minLength: 4, maxLength: 10, selector: ([name, version]) => `${name} ${version}` },
        ),
        fc.array(pin, { maxLength: 3 }),
        fc.array(pin, { maxLength: 2 }),
        async (packages, first, second) => {
          const folder = mkdtempSync(path.join(directory, 'apt-'));
          for (const suite of suites) {
            const index = path.join(folder, 'archive/dists', suite, 'main/binary-armhf');
            mkdirSync(index, { recursive: true });
            const here = packages.filter(([, , where]) => where === suite);
            const unique = new Map(
              here.map(([name, version]) => [`${name} ${version}`, { Package: name, Version: version }]),
            );
            writeFileSync(path.join(index, 'Packages'), controlText([...unique.values()].map(offeredStanza)));
            writeFileSync(path.join(folder, 'archive/dists', suite, 'Release'), releases[suite]);
          }
          const sources = suites
            .map((suite) => `deb [trusted=yes] file:${folder}/archive ${suite} main\n`)
            .join('');
          const apt = new AptJudge(folder, sources, '');
          const texts = {
            '/etc/apt/preferences': first.join('\n'),
            '/etc/apt/preferences.d/10-more': second.join('\n'),
          };
          for (const [file, text] of Object.entries(texts)) writeFileSync(path.join(folder, file), text);
          apt.update();
          const pins = pinsIn({ texts, keyrings: {} });
          const best = packages
            .map(([name, version, suite]) => ({
              name,
              version,
              preference: preferenceOf(pins, { name, version }, provenance(suite)),
            }))
            .filter((one) => one.preference > 0)
            .sort((a, b) => a.preference - b.preference || compareVersions(a.version, b.version));
          const expected = Object.fromEntries(
            packages.map(([name]) => [name, best.findLast((one) => one.name === name)?.version ?? '(none)']),
          );
          expect(apt.candidates(Object.keys(expected)), [...first, '---', ...second].join('\n')).toEqual(
            expected,
          );
        },
      ),
      { numRuns: 20 },
    );
  });
});
