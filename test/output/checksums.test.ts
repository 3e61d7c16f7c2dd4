import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { draftChecksums, withChecksum } from '../../src/output/checksums.ts';
import { judge } from '../fixtures/judge.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';

const directory = temporaryDirectory();
const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
const [one, two] = [digest('one'), digest('two')];

describe('an entry of SHA256SUMS', () => {
  it('joins the others', () => {
    const list = `${one}  a.img\n`;
    expect(withChecksum('', 'a.img', one)).toBe(list);
    expect(withChecksum(list, 'b.img', two)).toBe(`${list}${two}  b.img\n`);
    expect(withChecksum(list.trimEnd(), 'b.img', two)).toBe(`${list}${two}  b.img\n`);
  });

  it.each([
    ['text', `${one}  b.img`],
    ['binary', `${one} *b.img`],
    ['written as a path', `${one}  ./b.img`],
    ['with the line end of Windows', `${one}  b.img\r`],
    ['in capitals', `${one.toUpperCase()}  b.img`],
    ['twice', `${one}  b.img\n${one} *b.img`],
  ])('takes the place of its old one: %s', (_what, line) => {
    const around = (inside: string): string => `${one}  a.img\n${inside}# not an entry\n${one}  b.img.xz\n`;
    expect(withChecksum(around(`${line}\n`), 'b.img', two)).toBe(`${around('')}${two}  b.img\n`);
  });

  it('is there once, whatever its name', () => {
    const name = fc.string({
      unit: fc.constantFrom('\\', '\n', '\r', 'n', 'r', ' ', '*', 'ä', '\u2028', 'x'),
      minLength: 1,
    });
    fc.assert(
      fc.property(name, (name) => {
        const twice = withChecksum(withChecksum(`${two}  other.img\n`, name, two), name, one);
        expect(twice).toBe(withChecksum(`${two}  other.img\n`, name, one));
        expect(twice.split('\n')).toHaveLength(3);
      }),
    );
  });
});

async function writeChecksums(file: string, sha256: string): Promise<void> {
  await using draft = await draftChecksums(file, sha256);
  await draft.publish();
}

describe('SHA256SUMS', () => {
  it('writes a list that sha256sum agrees to', async ({ skip }) => {
    for (const name of ['plain.img', 'with space.img', 'back\\slash.img', 'line\nend.img', 'Küche ☕.img']) {
      fs.writeFileSync(path.join(directory, name), name);
      await writeChecksums(path.join(directory, name), digest(name));
    }
    fs.writeFileSync(path.join(directory, 'plain.img'), 'changed');
    await writeChecksums(path.join(directory, 'plain.img'), digest('changed'));
    expect(fs.readFileSync(path.join(directory, 'SHA256SUMS'), 'utf8').trimEnd().split('\n')).toHaveLength(5);
    const verdict = judge('sh', ['-c', `cd '${directory}' && sha256sum --check --strict SHA256SUMS`]);
    if (!verdict || verdict.status === 127) skip('sha256sum is not installed');
    expect(verdict?.output.match(/: OK$/gm)).toHaveLength(5);
    expect(verdict?.status).toBe(0);
  });

  it('keeps the bytes of other entries, whatever their encoding', async () => {
    const folder = path.join(directory, 'latin');
    fs.mkdirSync(folder);
    const others = Buffer.concat([Buffer.from(`${one}  caf`), Buffer.of(0xe9), Buffer.from('.img\n')]);
    fs.writeFileSync(path.join(folder, 'SHA256SUMS'), others);
    await writeChecksums(path.join(folder, 'ä.img'), two);
    const list = fs.readFileSync(path.join(folder, 'SHA256SUMS'));
    expect(list.equals(Buffer.concat([others, Buffer.from(`${two}  ä.img\n`)]))).toBe(true);
  });

  it('loses no entry when several builds write at the same time', async () => {
    const folder = path.join(directory, 'many');
    fs.mkdirSync(folder);
    const names = Array.from({ length: 8 }, (_, i) => `${i}.img`);
    await Promise.all(names.map((name) => writeChecksums(path.join(folder, name), digest(name))));
    expect(fs.readFileSync(path.join(folder, 'SHA256SUMS'), 'utf8').trimEnd().split('\n').sort()).toEqual(
      names.map((name) => `${digest(name)}  ${name}`).sort(),
    );
    expect(fs.readdirSync(folder)).toEqual(['SHA256SUMS']);
  });

  it('fails when the list cannot be had', async () => {
    const folder = path.join(directory, 'odd');
    fs.mkdirSync(path.join(folder, 'SHA256SUMS'), { recursive: true });
    await expect(writeChecksums(path.join(folder, 'a.img'), one)).rejects.toMatchObject({
      code: 'output.failed',
    });
    expect(fs.readdirSync(folder)).toEqual(['SHA256SUMS']);
  });
});
