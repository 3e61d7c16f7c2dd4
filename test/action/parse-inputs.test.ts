import { describe, expect, it } from 'vitest';
import { actionInputs } from '../../src/action/action-input.ts';
import { parseInputs, variableOf } from '../../src/action/parse-inputs.ts';
import type { PiImageError } from '../../src/model/errors.ts';

const environment = (inputs: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(inputs).map(([name, value]) => [variableOf(name), value]));

const problems = (inputs: Readonly<Record<string, string>>) => {
  try {
    parseInputs(environment(inputs));
  } catch (error) {
    const { code, problems: found } = error as PiImageError;
    expect(code).toBe('usage.invalid');
    return found;
  }
  return [];
};

describe('parseInputs', () => {
  it('takes the names that the runner makes of inputs', () => {
    expect(variableOf('wifi-country')).toBe('INPUT_WIFI-COUNTRY');
    expect(parseInputs({ 'INPUT_WIFI-COUNTRY': ' GB ', PATH: '/bin', HOME: '/root' })).toEqual({
      'wifi-country': 'GB',
    });
  });

  it('takes an empty input for one that was not given', () => {
    const empty = Object.fromEntries(actionInputs.map(({ name }) => [name, ' \n']));
    expect(parseInputs(environment(empty))).toEqual({});
  });

  it.each([
    ['flag', { ssh: 'TRUE' }, { ssh: true }],
    ['flag', { ssh: 'false' }, { ssh: false }],
    ['lines', { wifi: 'My Net\r\n\n  Other, one \n' }, { wifi: ['My Net', 'Other, one'] }],
    ['words', { packages: 'htop, vim\n  git htop' }, { packages: ['htop', 'vim', 'git'] }],
    ['words of a list', { compression: 'zip,none' }, { compression: ['zip', 'none'] }],
    ['choice', { docker: 'preload' }, { docker: 'preload' }],
  ])('reads %s: %j', (_kind, given, expected) => {
    expect(parseInputs(environment(given))).toEqual(expected);
  });

  it.each([
    [{ ssh: 'yes' }, 'ssh', '"yes" is not true or false', undefined],
    [
      { docker: 'pre-load' },
      'docker',
      '"pre-load" is not one of none, first-boot, preload',
      'did you mean preload?',
    ],
    [{ compression: 'xz, 7z' }, 'compression', '"7z" is not one of none, xz, gz, zip', expect.anything()],
    [{ hostname: 'a\nb' }, 'hostname', String.raw`"a\nb" is not one line`, undefined],
    [{ hostnam: 'kitchen' }, 'hostnam', 'there is no such input', 'did you mean hostname?'],
    [
      { 'wifi-password': 'correct horse' },
      'wifi-password',
      'there is no such input',
      'secrets come from the environment of the step: `env: { PI_IMAGE_WIFI_PASSWORD: … }`',
    ],
    [
      { size: '4G', grow: '1G' },
      'grow',
      'contradicts `size`: both say how large the image becomes',
      undefined,
    ],
    [{ 'wifi-open': 'true' }, 'wifi-open', 'says nothing without `wifi`', undefined],
    [
      { ssh: 'false', 'ssh-keys': 'me.pub' },
      'ssh-keys',
      'contradicts `ssh`: nobody can log in with a key where ssh is off',
      undefined,
    ],
    [{ vnc: 'false', 'vnc-resolution': '1x1' }, 'vnc-resolution', 'contradicts `vnc`: VNC is off', undefined],
    [
      { docker: 'none', compose: 'shop' },
      'compose',
      'contradicts `docker`: compose projects need Docker',
      undefined,
    ],
    [
      { public: 'false', 'release-tag': 'v1' },
      'release-tag',
      'contradicts `public`: a release is public, unless `allow-secrets-in-release` says so',
      undefined,
    ],
    [
      { bmap: 'false', 'release-dir': 'out' },
      'release-dir',
      'contradicts `bmap`: a release has a block map',
      undefined,
    ],
    [{ 'max-asset-size': '2 GiB' }, 'max-asset-size', '"2 GiB" is not a number of bytes', undefined],
  ])('refuses %j', (given, path, message, help) => {
    expect(problems(given)).toEqual([{ path, message, ...(help !== undefined && { help }) }]);
  });

  it('tells all faults at once, and no value of an unknown input', () => {
    const found = problems({ ssh: 'maybe', vnc: 'maybe', password: 'correct horse' });
    expect(found.map(({ path }) => path)).toEqual(['password', 'ssh', 'vnc']);
    expect(JSON.stringify(found)).not.toContain('correct horse');
  });
});
