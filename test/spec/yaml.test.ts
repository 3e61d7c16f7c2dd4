import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PiImageError } from '../../src/model/errors.ts';
import { parseYaml } from '../../src/spec/yaml.ts';

const text = 'image: demo\nwifi:\n  country: uk\n  networks:\n    - ssid: Home\n      password: { env: X }\n';

describe('parseYaml', () => {
  it('finds values and keys', () => {
    const { value, locate } = parseYaml(text, 'pi-image.yaml');
    expect(value).toMatchObject({ image: 'demo', wifi: { country: 'uk' } });
    expect(locate(['wifi', 'country'], 'value')).toEqual({
      file: 'pi-image.yaml',
      line: 3,
      column: 12,
      length: 2,
      source: '  country: uk',
    });
    expect(locate(['wifi', 'country'], 'key')).toMatchObject({ line: 3, column: 3, length: 7 });
    expect(locate(['wifi', 'networks', 0, 'ssid'], 'value')).toMatchObject({
      line: 5,
      column: 13,
      length: 4,
    });
    expect(locate(['nothing'], 'value')).toMatchObject({ line: 1 });
  });

  it('reports every syntax error with its place', () => {
    const broken = () => parseYaml('a: 1\na: 2\nb: [1,\n', 'x.yaml');
    expect(broken).toThrow(PiImageError);
    try {
      broken();
    } catch (error) {
      const { problems } = error as PiImageError;
      expect(problems.length).toBeGreaterThanOrEqual(2);
      expect(problems.every(({ at }) => at?.file === 'x.yaml')).toBe(true);
    }
  });

  it('does not explode on a billion laughs', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefghi'.split('').map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefgh'[i]}`).join()}]`),
    ].join('\n');
    expect(() => parseYaml(bomb, 'x.yaml')).toThrow();
  });

  it('reads JSON and the Norwegian country', () => {
    expect(parseYaml('{"wifi": {"country": "NO"}}', 'x').value).toEqual({ wifi: { country: 'NO' } });
    expect(parseYaml('country: no', 'x').value).toEqual({ country: 'no' });
  });

  it('refuses what stands for nothing: aliases without an anchor, tags that nobody knows', () => {
    for (const value of ['*nowhere', '!nothing x'])
      expect(() => parseYaml(`hostname: ${value}`, 'x.yaml')).toThrow(PiImageError);
  });
});

describe('secrets in the file', () => {
  const secret = 'Kanarie-9217';

  it.each([
    [`user: { password: ${secret} }`, [{ where: 'user.password', text: secret }]],
    [`user:\n  password-hash: |\n    ${secret}\n`, [{ where: 'user.password-hash', text: secret }]],
    ['user: { password: 0012345678 }', [{ where: 'user.password', text: '0012345678' }]],
    ['user: { password: { file: x.secret } }', []],
    [
      'wifi: { networks: [{ ssid: &a Home, password: *a }] }',
      [{ where: 'wifi.networks.0.password', text: 'Home' }],
    ],
    [
      `containers: [{ image: nginx, environment: { A: ${secret}, B: { env: B } } }]`,
      [{ where: 'containers.0.environment.A', text: secret }],
    ],
    [`hostname: ${secret}`, []],
  ])('%s', (text, found) => expect(parseYaml(text, 'x.yaml').literalSecrets).toEqual(found));

  it.each([
    `user: { password: ${secret}, colour: red }`,
    `user: { colour: red, password: open #${secret}\n }`,
    `user: { pasword: ${secret}, colour: red }`,
    `user: { ssh: password ${secret}, colour: red }`,
    `user: { password: [${secret}], colour: red }`,
    `user: { password: { text: ${secret} }, colour: red }`,
    `user: { nothing: [{ ${secret}: ${secret} }], colour: red }`,
  ])('are not in the line that is quoted: %s', (text) => {
    const { locate } = parseYaml(text, 'x.yaml');
    expect(locate(['user', 'colour'], 'key')).toMatchObject({
      column: text.indexOf('colour') + 1,
      source: expect.not.stringContaining(secret),
    });
  });

  it('are not in the line that is quoted where a colon is missing', () => {
    const { locate } = parseYaml(`user:\n  password ${secret}\n`, 'x.yaml');
    expect(locate(['user'], 'value')).toMatchObject({ source: expect.stringMatching(/^ {2}•+ •+$/) });
  });

  it('are in no error, however wrong the file is', () => {
    const files = fc.tuple(
      fc.constantFrom('', '"', "'", '*', '!', '|', '@', '&', '{', ']', 'a: ', '- ', '%', '\t'),
      fc.constantFrom('', '"', "'", ':', ' x: y', ']', '}', '\n  x', ' # ', '\n\t- y'),
      fc.constantFrom('user: { password: ', 'user:\n  password: ', 'wifi:\n  networks:\n  - password: '),
    );
    fc.assert(
      fc.property(files, ([before, after, start]) => {
        const shown = whatIsShownOf(`${start}${before}${secret}${after}`);
        expect(JSON.stringify(shown)).not.toContain(secret);
      }),
      { numRuns: 300 },
    );
  });

  function whatIsShownOf(text: string): unknown {
    try {
      const { locate } = parseYaml(text, 'x.yaml');
      const paths = [['user'], ['user', 'password'], ['wifi', 'networks', 0]];
      return paths.flatMap((path) => [locate(path, 'key'), locate(path, 'value')]);
    } catch (error) {
      if (!PiImageError.is(error)) throw error;
      return [error.message, error.help, error.problems];
    }
  }
});
