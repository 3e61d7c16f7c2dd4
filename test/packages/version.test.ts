import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions, isVersion, satisfies } from '../../src/packages/version.ts';
import { hasTool, judge } from '../fixtures/judge.ts';

const part = fc.stringMatching(/^[0-9a-zA-Z.+~]{0,4}$/);
const version = fc
  .tuple(fc.constantFrom('', '0:', '1:', '12:'), fc.nat(30), part, part, fc.option(part))
  .map(
    ([epoch, number, a, b, revision]) =>
      `${epoch}${number}${a}${revision === null ? b : `${b}-0${revision}`}`,
  )
  .filter(isVersion);

describe('compareVersions', () => {
  it.each([
    ['1.0', '1.0-0', 0],
    ['1.0', '0:1.0', 0],
    ['1.0', '1.00', 0],
    ['1.0~rc1', '1.0', -1],
    ['1.0~rc1', '1.0~rc1~a', 1],
    ['1.0a', '1.0', 1],
    ['1.0a', '1.0+', -1],
    ['1.10', '1.9', 1],
    ['1:0.1', '99', 1],
    ['2.3.3-4', '2.5.1-1~bpo10+1', -1],
    ['5:26.1.4-1~raspbian.10~buster', '5:20.10.24~3-0~raspbian-buster', 1],
    ['1.2-3-1', '1.2-3', 1],
    [`1.${'9'.repeat(40)}`, `1.1${'0'.repeat(40)}`, -1],
  ])('%s and %s: %i', (a, b, expected) => {
    expect(Math.sign(compareVersions(a, b))).toBe(expected);
    expect(Math.sign(compareVersions(b, a))).toBe(0 - expected);
  });

  it('is an order', () => {
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(Math.sign(compareVersions(a, b))).toBe(0 - Math.sign(compareVersions(b, a)));
        if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0) {
          expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it.skipIf(!hasTool('dpkg'))('agrees with dpkg', () => {
    const near = version.chain((one) =>
      fc.tuple(
        fc.constant(one),
        fc.oneof(version, fc.constant(`${one}~`).filter(isVersion), fc.constant(`${one}1`), fc.constant(one)),
      ),
    );
    fc.assert(
      fc.property(near, fc.constantFrom('<<', '<=', '=', '>=', '>>'), ([a, b], comparison) => {
        const verdict = judge('dpkg', ['--compare-versions', a, comparison, b]);
        expect(satisfies(a, comparison as '=', b), `${a} ${comparison} ${b}`).toBe(verdict?.status === 0);
      }),
      { numRuns: 300 },
    );
  });
});

describe('isVersion', () => {
  it.each(['', '1_0', '1.0-', ':1', '1:', 'a:1', '1.0\n', '1 2', '1/2', `1${'0'.repeat(256)}`])(
    'refuses %j',
    (text) => expect(isVersion(text)).toBe(false),
  );
});
