import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineCustomization } from '../../src/customizations/customization.ts';
import { PiImageError } from '../../src/model/errors.ts';
import { parseSpec } from '../../src/spec/parse.ts';
import { parseYaml } from '../../src/spec/yaml.ts';

const customizations = [
  defineCustomization({
    name: 'hostname',
    summary: 'name',
    schema: z.string().regex(/^[a-z]+$/, 'only small letters'),
    contribute: () => ({}),
  }),
  defineCustomization({
    name: 'wifi',
    summary: 'wifi',
    schema: z.strictObject({
      country: z.string().length(2).optional(),
      password: z.union([z.string().min(8), z.strictObject({ file: z.string() })]).optional(),
    }),
    contribute: () => ({}),
  }),
];

function problemsIn(text: string) {
  const { value, locate } = parseYaml(text, 'pi-image.yaml');
  try {
    parseSpec(value, customizations, locate);
  } catch (error) {
    if (PiImageError.is(error)) return error.problems;
    throw error;
  }
  return [];
}

describe('parseSpec', () => {
  it.each([
    [{ size: '4G' }, { size: 4 * 2 ** 30 }],
    [{ size: '1.5G' }, { size: 1.5 * 2 ** 30 }],
    [{ grow: '512M' }, { grow: 512 * 2 ** 20 }],
  ])('takes %j as %j', (written, enlargement) => {
    expect(parseSpec(written, customizations)).toMatchObject({ enlargement });
  });

  it.each(['4', '4x', '-4G', '4 G', '1e3M', ''])('does not take %j as a size', (size) => {
    expect(problemsIn(`size: ${JSON.stringify(size)}`)).toMatchObject([{ path: 'size', at: { line: 1 } }]);
  });

  it('takes one way to say the size, not two', () => {
    expect(problemsIn('size: 4G\ngrow: 1G')).toMatchObject([{ path: 'grow', at: { line: 2 } }]);
  });

  it('takes nothing at all as the default image', () => {
    expect(parseSpec(null, customizations)).toEqual({ image: 'raspbian-buster', settings: {} });
  });

  it('splits what is about the image from the settings', () => {
    const spec = parseSpec({ image: 'x', sha256: 'AB'.repeat(32), hostname: 'kitchen' }, customizations);
    expect(spec).toEqual({ image: 'x', sha256: 'ab'.repeat(32), settings: { hostname: 'kitchen' } });
  });

  it('reports all faults at once, each at its place', () => {
    const problems = problemsIn(
      'hostnam: x\nhostname: KITCHEN\nwifi:\n  country: GBR\n  passwort: y\nsha256: 12\n',
    );
    expect(problems.map(({ path, at }) => `${path} ${at?.line}:${at?.column}`).sort()).toEqual([
      'hostnam 1:1',
      'hostname 2:11',
      'sha256 6:9',
      'wifi.country 4:12',
      'wifi.passwort 5:3',
    ]);
    expect(problems.find(({ path }) => path === 'hostnam')?.help).toBe('did you mean "hostname"?');
  });

  it('speaks of the alternative of a union that was meant', () => {
    const problems = problemsIn('wifi:\n  password:\n    flie: x\n');
    expect(problems.find(({ message }) => message.includes('"flie"'))?.at).toMatchObject({ line: 3 });
  });

  it('refuses what is not a map', () => {
    expect(problemsIn('- a\n- b\n')).toHaveLength(1);
  });
});
