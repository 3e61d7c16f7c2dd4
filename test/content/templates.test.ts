import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/content/templates.ts';

const folder = new URL('../../templates/', import.meta.url);

describe('compile', () => {
  it('does not escape for HTML', () => {
    expect(compile('{{value}}')({ value: `a&b<c>"'` })).toBe(`a&b<c>"'`);
  });

  it('refuses a value that is missing, and a helper that does not exist', () => {
    expect(() => compile('{{nothing}}')({})).toThrow(/nothing/);
    expect(() => compile('{{shell value}}')({ value: 1 })).toThrow(/shell/);
  });

  it('quotes by helper', () => {
    const data = { value: `it's 100% $x\\n "so"` };
    expect(compile('{{sh value}}')(data)).toBe(`'it'\\''s 100% $x\\n "so"'`);
    expect(compile('{{systemd value}}')(data)).toBe(`it's 100%% $x\\n "so"`);
    expect(compile('{{systemdWord value}}')(data)).toBe(`"it's 100%% $$x\\\\n \\"so\\""`);
    expect(compile('{{keyfile value}}')(data)).toBe(`it's 100% $x\\\\n "so"`);
    expect(() => compile('{{line value}}')({ value: 'a\nb' })).toThrow(/line break/);
  });

  it('keeps blocks on lines of their own from leaving blank lines', () => {
    const text = compile('{{#each names}}\n[{{this}}]\n{{/each}}\n')({ names: ['a', 'b'] });
    expect(text).toBe('[a]\n[b]\n');
  });
});

describe('the templates of the package', () => {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.hbs'),
  );

  it('are found', () => expect(names.length).toBeGreaterThan(0));

  it.each(names)('%s parses and has Unix line ends', (name) => {
    const text = readFileSync(new URL(name.replaceAll('\\', '/'), folder), 'utf8');
    expect(text).not.toContain('\r');
    expect(compile(text)).toBeTypeOf('function');
  });
});
