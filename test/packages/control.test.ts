import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paragraphs, parseParagraphs } from '../../src/packages/control.ts';
import { dependencyText, parseRelations } from '../../src/packages/relation.ts';

const fields = new Set(['package', 'depends', 'description']);

describe('paragraphs', () => {
  const text =
    '# comment\nPackage: a\r\nOther: x\n more\nDEPENDS:\n b,\n# comment\n c\n\n \t\n\nPackage: ü\nDescription: one\n .\n two';
  const expected = [
    { package: 'a', depends: '\nb,\nc' },
    { package: 'ü', description: 'one\n.\ntwo' },
  ];

  it('keeps wanted fields, by small names, with their other lines', () => {
    expect(parseParagraphs('x', text, fields).map((one) => Object.fromEntries(one))).toEqual(expected);
  });

  it('does not mind where the pieces end', async () => {
    const bytes = Buffer.from(text);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 20 }), async (size) => {
        const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
          bytes.subarray(index * size, (index + 1) * size),
        );
        const found = [];
        for await (const one of paragraphs('x', pieces, fields)) found.push(Object.fromEntries(one));
        expect(found).toEqual(expected);
      }),
    );
  });

  it.each([
    ['no field', 'Package: a\nnonsense\n'],
    ['a field twice', 'Package: a\nPackage: b\n'],
    ['a field without end', `Package: ${'a'.repeat(2 ** 20)}\n`],
    ['lines without end', `Package: a\n${` ${'x'.repeat(1000)}\n`.repeat(1100)}`],
    ['a line without end', 'a'.repeat(2 ** 21)],
  ])('refuses %s', async (_what, bad) => {
    const read = async (): Promise<void> => {
      for await (const _ of paragraphs('x', [Buffer.from(bad)], fields));
    };
    await expect(read()).rejects.toMatchObject({ code: 'source.malformed' });
    expect(() => parseParagraphs('x', bad, fields)).toThrow(/x has/);
  });
});

describe('parseRelations', () => {
  it('reads alternatives, versions and architectures', () => {
    expect(
      parseRelations(' libc6 (>= 2.28), python3:any|\n python (<<3), g++ ( = 4:8~1-2 ), x (>1),'),
    ).toEqual([
      [{ name: 'libc6', comparison: '>=', version: '2.28' }],
      [
        { name: 'python3', qualifier: 'any' },
        { name: 'python', comparison: '<<', version: '3' },
      ],
      [{ name: 'g++', comparison: '=', version: '4:8~1-2' }],
      [{ name: 'x', comparison: '>=', version: '1' }],
    ]);
  });

  it('writes what it reads', () => {
    const text = 'a (>= 1) | b:any, c';
    expect(parseRelations(text).map(dependencyText).join(', ')).toBe(text);
  });

  it.each(['A', 'a (1)', 'a (>= )', 'a (>= 1', 'a b', 'a ||b', '-a', 'a (>= 1_2)', `a${'b'.repeat(200)}`])(
    'refuses %j',
    (text) => expect(() => parseRelations(text)).toThrow(/no relationship/),
  );

  it('takes its time for no text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', ' ', '(', ')', '>', '=', '|', ',', '1', ':') }),
        (text) => {
          try {
            parseRelations(text);
          } catch (error) {
            expect(error).toMatchObject({ code: 'source.malformed' });
          }
        },
      ),
    );
    expect(() => parseRelations(`a${' '.repeat(100_000)}b`)).toThrow();
    expect(() => parseRelations('a,'.repeat(3000))).toThrow();
  });
});
