import { afterEach, beforeEach, describe, expect, type TestContext, test } from 'vitest';
import { type ByteSource, bytesSource } from '../../src/model/content.ts';
import type { ErrorCode } from '../../src/model/errors.ts';
import type { Volume } from '../../src/model/volume.ts';

export interface VolumeFeatures {
  readonly links: boolean;
  /** Keeps modes and owners. */
  readonly attributes: boolean;
  readonly caseSensitive: boolean;
  /** Bytes of a file that is larger than the whole volume. */
  readonly tooLarge: number;
}

export interface TestedVolume {
  readonly volume: Volume;
  /** Opens the same bytes again; undefined where nothing outlives the object. */
  readonly reopen?: () => Volume | Promise<Volume>;
  /** What other tools say against the bytes. */
  readonly faults?: () => readonly string[];
}

export interface VolumeCase {
  /** A fresh, empty volume (ext4 may hold lost+found) whose clock stands at `contractTime`. */
  readonly create: (test: Pick<TestContext, 'skip'>) => TestedVolume | Promise<TestedVolume>;
  readonly features: VolumeFeatures;
}

export const contractTime = new Date('2026-01-02T03:04:06Z');
const seconds = contractTime.getTime() / 1000;

/** What every kind of volume must do, whatever its format. */
export function describeVolume(name: string, { create, features }: VolumeCase): void {
  describe(name, () => {
    let tested: TestedVolume;
    let volume: Volume;

    beforeEach(async (test) => {
      tested = await create(test);
      volume = tested.volume;
    });

    afterEach(() => {
      volume.flush();
      expect(tested.faults?.() ?? []).toEqual([]);
    });

    const write = (path: string, content: string | Uint8Array) =>
      volume.write(path, bytesSource(typeof content === 'string' ? Buffer.from(content) : content));
    const read = (path: string, from: Volume = volume) => {
      const source = from.open(path);
      const bytes = Buffer.alloc(source.size);
      source.readInto(bytes, 0);
      return bytes;
    };
    const names = (path: string) =>
      volume
        .list(path)
        .map((entry) => entry.name)
        .filter((entry) => entry !== 'lost+found')
        .sort();
    const refuses = (code: ErrorCode, act: () => unknown) =>
      expect(act).toThrow(expect.objectContaining({ code }));

    test('an empty volume has a root and nothing else', () => {
      expect(volume.stat('/')).toMatchObject({ kind: 'directory', mode: 0o755, uid: 0, gid: 0 });
      expect(names('/')).toEqual([]);
      expect(volume.stat('/missing')).toBeUndefined();
      expect(volume.stat('/missing/below')).toBeUndefined();
      const { size, free, unit } = volume.space();
      expect(free).toBeGreaterThan(0);
      expect(size).toBeGreaterThanOrEqual(free);
      expect(unit).toBeGreaterThan(0);
    });

    test.each([0, 1, 511, 512, 513, 4096, 65_536, 65_537, 300_000])(
      'a file of %d bytes comes back',
      async (size) => {
        const bytes = Buffer.from(Array.from({ length: size }, (_, i) => (i * 31 + size) & 0xff));
        write('/file.bin', bytes);
        expect(volume.stat('/file.bin')).toMatchObject({
          kind: 'file',
          size,
          mode: 0o644,
          uid: 0,
          gid: 0,
          mtime: seconds,
          links: 1,
        });
        expect(read('/file.bin').equals(bytes)).toBe(true);
        const again = await tested.reopen?.();
        if (again !== undefined) expect(read('/file.bin', again).equals(bytes)).toBe(true);
      },
    );

    test('a file is read from any position', () => {
      write(
        '/file',
        Uint8Array.from({ length: 10_000 }, (_, i) => i & 0xff),
      );
      const source = volume.open('/file');
      const bytes = new Uint8Array(3);
      source.readInto(bytes, 9_997);
      expect([...bytes]).toEqual([13, 14, 15]);
      source.readInto(bytes, 4_095);
      expect([...bytes]).toEqual([255, 0, 1]);
    });

    test.each([
      ['shorter', 50_000, 10],
      ['longer', 10, 50_000],
      ['empty', 50_000, 0],
      ['as long', 5_000, 5_000],
    ])('a file is replaced by one that is %s', (_, before, after) => {
      write('/other', 'untouched');
      write('/file', new Uint8Array(before).fill(1));
      const { free } = volume.space();
      write('/file', new Uint8Array(after).fill(2));
      expect(read('/file').equals(new Uint8Array(after).fill(2))).toBe(true);
      expect(read('/other').toString()).toBe('untouched');
      expect(names('/')).toEqual(['file', 'other']);
      if (after <= before) expect(volume.space().free).toBeGreaterThanOrEqual(free);
    });

    test('directories nest, and parents are not made on the way', () => {
      refuses('image.not-found', () => write('/a/b/file', 'x'));
      refuses('image.not-found', () => volume.makeDirectory('/a/b'));
      volume.makeDirectory('/a');
      volume.makeDirectory('/a/b');
      write('/a/b/file', 'x');
      expect(volume.stat('/a')).toMatchObject({ kind: 'directory', mode: 0o755, mtime: seconds });
      expect(volume.list('/a')).toEqual([{ name: 'b', kind: 'directory' }]);
      expect(volume.list('/a/b')).toEqual([{ name: 'file', kind: 'file' }]);
    });

    test('a directory holds many entries, also after half of them are gone', async () => {
      volume.makeDirectory('/many');
      const all = Array.from({ length: 300 }, (_, i) => `a rather long name of an entry ${i}.dtbo`);
      for (const name of all) write(`/many/${name}`, name);
      expect(names('/many')).toEqual([...all].sort());
      for (const name of all.slice(0, 150)) volume.remove(`/many/${name}`);
      const again = (await tested.reopen?.()) ?? volume;
      expect(again.list('/many').map((entry) => entry.name)).toHaveLength(150);
      for (const name of all.slice(150)) expect(read(`/many/${name}`, again).toString()).toBe(name);
    });

    test('what is the wrong kind is told', () => {
      volume.makeDirectory('/dir');
      write('/file', 'x');
      refuses('image.is-a-directory', () => volume.open('/dir'));
      refuses('image.is-a-directory', () => write('/dir', 'x'));
      refuses('image.not-a-directory', () => volume.list('/file'));
      refuses('image.not-a-directory', () => write('/file/below', 'x'));
      refuses('image.not-a-directory', () => volume.makeDirectory('/file/below'));
      refuses('image.not-a-directory', () => volume.open('/file/below'));
      refuses('image.not-found', () => volume.open('/missing'));
      refuses('image.not-found', () => volume.list('/missing'));
      refuses('image.not-found', () => volume.readLink('/missing'));
      refuses('image.not-found', () => volume.setAttributes('/missing', { mode: 0o600 }));
      refuses('image.not-supported', () => volume.readLink('/file'));
      expect(read('/file').toString()).toBe('x');
    });

    test('nothing is made twice', () => {
      volume.makeDirectory('/dir');
      write('/file', 'x');
      refuses('image.exists', () => volume.makeDirectory('/dir'));
      refuses('image.exists', () => volume.makeDirectory('/file'));
      refuses('image.exists', () => volume.makeDirectory('/'));
      expect(names('/')).toEqual(['dir', 'file']);
    });

    test('files and empty directories are removed, and their room with them', () => {
      volume.makeDirectory('/dir');
      write('/dir/file', 'x');
      const { free } = volume.space();
      write('/dir/large', new Uint8Array(200_000));
      expect(volume.space().free).toBeLessThan(free);
      volume.remove('/dir/large');
      expect(volume.space().free).toBe(free);
      refuses('image.not-empty', () => volume.remove('/dir'));
      volume.remove('/dir/file');
      volume.remove('/dir');
      refuses('image.not-found', () => volume.remove('/dir'));
      refuses('image.not-supported', () => volume.remove('/'));
      expect(names('/')).toEqual([]);
    });

    test('entries move within a directory and between them', () => {
      volume.makeDirectory('/from');
      volume.makeDirectory('/to');
      volume.makeDirectory('/from/dir');
      write('/from/dir/file', 'x');
      volume.rename('/from/dir', '/to/moved');
      volume.rename('/to/moved/file', '/to/moved/renamed with a long name');
      expect(names('/from')).toEqual([]);
      expect(read('/to/moved/renamed with a long name').toString()).toBe('x');
      volume.remove('/to/moved/renamed with a long name');
      volume.remove('/to/moved');
      volume.remove('/to');
    });

    test('a move that cannot be leaves all as it was', () => {
      volume.makeDirectory('/dir');
      volume.makeDirectory('/dir/below');
      write('/file', 'one');
      write('/other', 'two');
      refuses('image.exists', () => volume.rename('/file', '/other'));
      refuses('image.exists', () => volume.rename('/file', '/dir'));
      refuses('image.exists', () => volume.rename('/file', '/file'));
      refuses('image.not-found', () => volume.rename('/missing', '/new'));
      refuses('image.not-found', () => volume.rename('/file', '/missing/new'));
      refuses('image.not-a-directory', () => volume.rename('/file', '/other/new'));
      refuses('image.loop', () => volume.rename('/dir', '/dir/below/dir'));
      refuses('image.not-supported', () => volume.rename('/', '/dir/root'));
      expect(names('/')).toEqual(['dir', 'file', 'other']);
      expect([read('/file').toString(), read('/other').toString()]).toEqual(['one', 'two']);
      expect(names('/dir')).toEqual(['below']);
    });

    test.each([
      'Żółć – naïve.txt',
      '漢字',
      'emoji 🍓.txt',
      ' leading space',
      'a'.repeat(255),
      'UPPER.TXT',
      'MixedCase.Txt',
      'two.dots.txt',
      '.hidden',
      'ssh',
      "it's [odd] & #1 {+=;,}",
    ])('the name %j survives', async (name) => {
      write(`/${name}`, name);
      volume.makeDirectory('/dir');
      volume.makeDirectory(`/dir/${name}`);
      const again = (await tested.reopen?.()) ?? volume;
      expect(again.list('/').map((entry) => entry.name)).toContain(name);
      expect(again.list('/dir')).toEqual([{ name, kind: 'directory' }]);
      expect(read(`/${name}`, again).toString()).toBe(name);
    });

    test.each(['', 'relative', '/a/', '//a', '/./a', '/a/../b', `/${'n'.repeat(256)}`, '/nul\0'])(
      'the path %j is refused',
      (path) => {
        refuses('image.name', () => write(path, 'x'));
        refuses('image.name', () => volume.makeDirectory(path));
        write('/file', 'x');
        refuses('image.name', () => volume.rename('/file', path));
        expect(names('/')).toEqual(['file']);
      },
    );

    test('what does not fit is refused before anything changes', () => {
      write('/file', 'kept');
      const { free } = volume.space();
      const tooLarge: ByteSource = { size: features.tooLarge, readInto: (target) => void target.fill(0) };
      refuses('image.no-space', () => volume.write('/large', tooLarge));
      refuses('image.no-space', () => volume.write('/file', tooLarge));
      expect(names('/')).toEqual(['file']);
      expect(read('/file').toString()).toBe('kept');
      expect(volume.space().free).toBe(free);
    });

    test('content that breaks off leaves no half-made entry', () => {
      write('/file', 'kept');
      const { free } = volume.space();
      const broken: ByteSource = {
        size: 500_000,
        readInto: (target, position) => {
          if (position + target.length > 200_000) throw new Error('the disk was pulled out');
          target.fill(1);
        },
      };
      expect(() => volume.write('/new', broken)).toThrow('the disk was pulled out');
      expect(() => volume.write('/file', broken)).toThrow('the disk was pulled out');
      expect(names('/')).toEqual(['file']);
      expect(read('/file').toString()).toBe('kept');
      expect(volume.space().free).toBe(free);
    });

    test('a file is copied within the volume', () => {
      const bytes = new Uint8Array(150_000).map((_, i) => i % 251);
      write('/source', bytes);
      volume.write('/copy', volume.open('/source'));
      expect(read('/copy').equals(bytes)).toBe(true);
    });

    test.runIf(features.caseSensitive)('names that differ in case are two', () => {
      write('/name', 'lower');
      write('/NAME', 'upper');
      expect(names('/')).toEqual(['NAME', 'name']);
      expect(read('/name').toString()).toBe('lower');
    });

    test.runIf(!features.caseSensitive)('names are found whatever their case, and keep it', () => {
      write('/Config.txt', 'one');
      write('/CONFIG.TXT', 'two');
      expect(names('/')).toEqual(['Config.txt']);
      expect(read('/config.TXT').toString()).toBe('two');
      refuses('image.exists', () => volume.makeDirectory('/CONFIG.txt'));
      volume.rename('/config.txt', '/CONFIG.TXT');
      expect(names('/')).toEqual(['CONFIG.TXT']);
    });

    test.runIf(features.attributes)('modes and owners are kept until told otherwise', async () => {
      volume.write('/file', bytesSource(Buffer.from('x')), { mode: 0o4755, uid: 1000, gid: 70_000 });
      volume.makeDirectory('/dir', { mode: 0o1777, uid: 1, gid: 2 });
      write('/file', 'longer than before');
      volume.setAttributes('/dir', { gid: 5 });
      const again = (await tested.reopen?.()) ?? volume;
      expect(again.stat('/file')).toMatchObject({ mode: 0o4755, uid: 1000, gid: 70_000 });
      expect(again.stat('/dir')).toMatchObject({ kind: 'directory', mode: 0o1777, uid: 1, gid: 5 });
    });

    test.runIf(!features.attributes)('modes and owners are accepted and have no effect', () => {
      volume.write('/file', bytesSource(Buffer.from('x')), { mode: 0o600, uid: 1000 });
      volume.setAttributes('/file', { mode: 0o600 });
      expect(volume.stat('/file')).toMatchObject({ mode: 0o644, uid: 0, gid: 0 });
    });

    test.runIf(features.links)('links are kept as they are and never followed', async () => {
      volume.makeDirectory('/dir');
      write('/dir/file', 'x');
      const long = `/${'far/'.repeat(40)}away`;
      volume.makeLink('/short', 'dir');
      volume.makeLink('/long', long);
      const again = (await tested.reopen?.()) ?? volume;
      expect(again.readLink('/short')).toBe('dir');
      expect(again.readLink('/long')).toBe(long);
      expect(again.stat('/short')).toMatchObject({ kind: 'link', size: 3, mode: 0o777 });
      refuses('image.not-a-directory', () => volume.open('/short/file'));
      refuses('image.not-a-directory', () => volume.list('/short'));
      refuses('image.exists', () => volume.makeLink('/short', 'other'));
      refuses('image.exists', () => volume.makeDirectory('/short'));
      refuses('image.not-supported', () => volume.open('/short'));
      refuses('image.not-supported', () => write('/short', 'x'));
      volume.rename('/short', '/dir/link');
      volume.remove('/dir/link');
      volume.remove('/long');
      expect(names('/')).toEqual(['dir']);
      expect(read('/dir/file').toString()).toBe('x');
    });

    test.runIf(!features.links)('links are refused', () => {
      refuses('image.not-supported', () => volume.makeLink('/link', 'target'));
      expect(names('/')).toEqual([]);
    });
  });
}
