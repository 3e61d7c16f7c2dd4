import { describe, expect, it } from 'vitest';
import { actionInputs, inputOptions } from '../../src/action/action-input.ts';
import { parseInputs, variableOf } from '../../src/action/parse-inputs.ts';
import { buildOptions } from '../../src/cli/options.ts';
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
      flags: { wifiCountry: 'GB' },
    });
  });

  it('takes an empty input for one that was not given', () => {
    const empty = Object.fromEntries(actionInputs.map(({ name }) => [name, ' \n']));
    expect(parseInputs(environment(empty))).toEqual({ flags: {} });
  });

  it.each([
    ['flag', { ssh: 'TRUE' }, { ssh: true }],
    ['flag', { ssh: 'false' }, { ssh: false }],
    ['flag that is off by itself', { 'zero-free': 'false' }, {}],
    ['lines', { wifi: 'My Net\r\n\n  --Other, one=1 \n' }, { wifi: ['My Net', '--Other, one=1'] }],
    ['words', { packages: 'htop, vim\n  git htop' }, { package: ['htop', 'vim', 'git'] }],
    ['choice', { docker: 'none' }, { docker: false }],
    ['choice of several options', { docker: 'preload' }, { docker: true, dockerMethod: 'offline' }],
    ['choice of an option', { verify: 'none' }, { verify: false }],
    ['text', { hostname: '-x=y' }, { hostname: '-x=y' }],
    [
      'static address',
      { address: '192.168.1.20/24', gateway: '192.168.1.1', dns: '1.1.1.1 9.9.9.9', interface: 'eth0' },
      { address: '192.168.1.20/24', gateway: '192.168.1.1', dns: ['1.1.1.1', '9.9.9.9'], interface: 'eth0' },
    ],
    [
      'options as lines',
      { args: '--address 192.168.1.20/24\n--wifi=My Net\n\n--wifi  An other \n--no-vnc\n-v' },
      { address: '192.168.1.20/24', wifi: ['My Net', 'An other'], vnc: false, verbose: true },
    ],
    [
      'options over inputs',
      { hostname: 'one', wifi: 'A', args: '--hostname two\n--wifi B\n--vnc-password-file secret' },
      { hostname: 'two', wifi: ['A', 'B'], vncPasswordFile: 'secret' },
    ],
  ])('reads %s: %j', (_kind, given, flags) => {
    expect(parseInputs(environment(given))).toEqual({ flags });
  });

  it.each([
    [{ compression: 'zip,none' }, { compression: ['zip', 'none'] }],
    [
      { 'max-asset-size': '10', bmap: 'true' },
      { 'max-asset-size': 10, bmap: true },
    ],
  ])('reads what is no option: %j', (given, expected) => {
    expect(parseInputs(environment(given))).toEqual({ ...expected, flags: {} });
  });

  it('reaches every option of build but those that a workflow has no use for', () => {
    const long = (flags: string) => /--[\w-]+/.exec(flags)?.[0] ?? '';
    const reached = new Set(inputOptions.map(({ flags }) => long(flags)));
    const missing = buildOptions.map(({ flags }) => long(flags)).filter((name) => !reached.has(name));
    const others = ['--formats', '--checksums', '--bmap', '--overwrite', '--no-input', '--json', '--quiet'];
    expect(missing.sort()).toEqual(others.sort());
    for (const one of inputOptions) {
      const value = one.flags.includes('<') ? ` ${one.choices?.[0] ?? 'x'}` : '';
      const { flags } = parseInputs(environment({ args: `${long(one.flags)}${value}` }));
      expect([one.flags, Object.keys(flags)]).toEqual([one.flags, [expect.any(String)]]);
    }
  });

  it.each([
    [{ ssh: 'yes' }, 'ssh', '"yes" is not true or false', undefined],
    [
      { docker: 'pre-load' },
      'docker',
      '"pre-load" is not one of none, first-boot, preload',
      'did you mean preload?',
    ],
    [
      { compression: 'xz, 7z' },
      'compression',
      '"7z" is not one of none, xz, gz, zst, zip',
      expect.anything(),
    ],
    [{ hostname: 'a\nb' }, 'hostname', String.raw`"a\nb" is not one line`, undefined],
    [{ hostnam: 'kitchen' }, 'hostnam', 'there is no such input', 'did you mean hostname?'],
    [
      { 'wifi-password': 'correct horse' },
      'wifi-password',
      'there is no such input',
      'secrets come from the environment of the step: `env: { PI_IMAGE_WIFI_PASSWORD: … }`',
    ],
    [{ args: 'demo.yaml' }, 'args', 'a line of it is no option', expect.stringContaining('`config`')],
    [
      { args: '--password correct-horse' },
      'args',
      'there is no option --password',
      'secrets come from the environment of the step: `env: { PI_IMAGE_PASSWORD: … }`',
    ],
    [
      { 'allow-secrets-in-release': 'true' },
      'allow-secrets-in-release',
      'says nothing without `release-tag`',
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

  it.each([
    ['--json', "unknown option '--json'"],
    ['--overwrite', "unknown option '--overwrite'"],
    ['--hostnam=kitchen', "unknown option '--hostnam'"],
    ['--help', "unknown option '--help'"],
    ['--zero-free yes', 'too many arguments'],
    ['--interface eth9', "argument 'eth9' is invalid"],
    ['--hostname', "option '--hostname <name>' argument missing"],
  ])('refuses the line %s as the command line does', (args, message) => {
    expect(() => parseInputs(environment({ args }))).toThrow(
      expect.objectContaining({ code: 'usage.invalid', message: expect.stringContaining(message) }),
    );
  });

  it('refuses a secret of the environment in args, and does not repeat it', () => {
    const PI_IMAGE_WIFI_PASSWORD = 'correct horse';
    const args = `--hostname kitchen\n--cmdline wpa=${PI_IMAGE_WIFI_PASSWORD}`;
    try {
      parseInputs({ ...environment({ args }), PI_IMAGE_WIFI_PASSWORD });
      expect.unreachable();
    } catch (error) {
      const { problems: found } = error as PiImageError;
      expect(found).toMatchObject([{ path: 'args', message: '--cmdline holds a secret of the environment' }]);
      expect(JSON.stringify(found)).not.toContain(PI_IMAGE_WIFI_PASSWORD);
    }
  });

  it('tells all faults at once, and no value of an unknown input', () => {
    const found = problems({ ssh: 'maybe', vnc: 'maybe', password: 'correct horse' });
    expect(found.map(({ path }) => path)).toEqual(['password', 'ssh', 'vnc']);
    expect(JSON.stringify(found)).not.toContain('correct horse');
  });
});
