import { describe, expect, it } from 'vitest';
import { type DiffOptions, diffImages } from '../../src/diff/diff-images.ts';
import { createMemoryVolume } from '../../src/image/memory.ts';
import { type OpenImage, openImage } from '../../src/image/open-image.ts';
import { createOverlay } from '../../src/image/overlay.ts';
import { bytesSource } from '../../src/model/content.ts';
import type { Tree } from '../../src/model/tree.ts';
import type { ScannedEntry, Volume } from '../../src/model/volume.ts';
import { rawDemo } from '../fixtures/demo.ts';
import { memoryDevice } from '../fixtures/memory-device.ts';
import { put, replace } from '../lint/context.ts';

const opened = async (): Promise<OpenImage> =>
  openImage(createOverlay(memoryDevice(await rawDemo())), { now: () => new Date('2026-11-24T12:00:00Z') });

/** The demonstration image as it is, and one that was changed. */
async function compared(change: (tree: Tree) => void, options: DiffOptions = {}) {
  const [before, after] = [await opened(), await opened()];
  change(after.tree);
  return diffImages(before, after, options);
}

const brief = ({ entries }: ReturnType<typeof diffImages>): string[] =>
  entries.map(({ path, change, content }) => `${change} ${path}${content ? ` ${content.kind}` : ''}`);

describe('two images that are the same', () => {
  it('have no difference, whatever else the file systems hold', async () => {
    expect(await compared(() => {})).toEqual({ same: true, table: [], entries: [] });
    const rewritten = await compared((tree) => put(tree, '/etc/hostname', 'raspberrypi\n'));
    expect(rewritten).toEqual({ same: true, table: [], entries: [] });
  });

  it('may have other times, unless times count', async () => {
    const touch = (tree: Tree) => put(tree, '/etc/hostname', 'raspberrypi\n');
    expect(brief(await compared(touch, { times: true }))).toEqual(['changed /etc/hostname']);
  });
});

describe('two images that are not', () => {
  it('differ in what was added, removed and changed, on both partitions, by path', async () => {
    const diff = await compared((tree) => {
      put(tree, '/boot/ssh', '');
      put(tree, '/etc/new/file', 'new\n');
      tree.remove('/etc/timezone');
      replace(tree, '/etc/hostname', 'raspberrypi', 'kitchen');
      tree.setAttributes('/etc/hosts', { mode: 0o600, uid: 1000 });
      tree.remove('/etc/localtime');
      tree.makeLink('/etc/localtime', '/usr/share/zoneinfo/Europe/Berlin');
      put(tree, '/bin/dash', Buffer.from([0x7f, 0x45, 0, 1]));
    });
    expect(diff.same).toBe(false);
    expect(brief(diff)).toEqual([
      'changed /bin/dash binary',
      'added /boot/ssh',
      'changed /etc/hostname text',
      'changed /etc/hosts',
      'changed /etc/localtime',
      'added /etc/new',
      'added /etc/new/file',
      'removed /etc/timezone',
    ]);
    const of = (path: string) => diff.entries.find((entry) => entry.path === path);
    expect(of('/etc/hostname')?.content).toEqual({
      kind: 'text',
      patch: '@@ -1 +1 @@\n-raspberrypi\n+kitchen\n',
    });
    expect([of('/etc/hosts')?.before, of('/etc/hosts')?.after]).toMatchObject([
      { mode: 0o644, uid: 0 },
      { mode: 0o600, uid: 1000 },
    ]);
    expect(of('/etc/localtime')?.after?.target).toBe('/usr/share/zoneinfo/Europe/Berlin');
    expect(of('/etc/timezone')?.before).toMatchObject({ kind: 'file', size: 14 });
  });

  it('differ where a directory became a file, with all that was in it', async () => {
    const diff = await compared((tree) => {
      for (const name of ['bin', 'lib']) tree.remove(`/usr/local/${name}`);
      tree.remove('/usr/local');
      put(tree, '/usr/local', 'a file\n');
    });
    expect(
      diff.entries.map(({ path, change, before, after }) => [path, change, before?.kind, after?.kind]),
    ).toEqual([
      ['/usr/local', 'changed', 'directory', 'file'],
      ['/usr/local/bin', 'removed', 'directory', undefined],
      ['/usr/local/lib', 'removed', 'directory', undefined],
    ]);
  });

  it('differ in the last byte of a large file', async () => {
    const large = Buffer.alloc(700_001, 'x');
    const other = Buffer.from(large);
    other[700_000] = 0;
    const [before, after] = [await opened(), await opened()];
    before.tree.write('/opt/large', bytesSource(large));
    after.tree.write('/opt/large', bytesSource(other));
    expect(brief(diffImages(before, after))).toEqual(['changed /opt/large binary']);
  });

  it('differ in extended attributes', async () => {
    const image = await opened();
    const other = {
      ...image,
      mounts: image.mounts.map((mount) => ({ ...mount, volume: capable(mount.volume) })),
    };
    expect(diffImages(image, other).entries).toMatchObject([
      { path: '/bin/dash', after: { attributes: { 'security.capability': '0102' } } },
    ]);
  });

  it('differ in the partition table and the names of file systems', async () => {
    const image = await opened();
    const { table } = image;
    const partitions = table.partitions.map((one) => ({
      ...one,
      size: one.size + (one.number === 2 ? 512 : 0),
    }));
    const other = { ...image, table: { ...table, diskId: '0badc0de', partitions } };
    expect(diffImages(image, other)).toEqual({
      same: false,
      entries: [],
      table: [
        { subject: 'disk id', before: '0de30de3', after: '0badc0de' },
        { subject: 'partition 2 size', before: '67108864 bytes', after: '67109376 bytes' },
      ],
    });
    const third = { ...table.partitions[0]!, number: 3 };
    const more = { ...image, table: { ...table, partitions: [...table.partitions, third] } };
    expect(diffImages(image, more).table[0]).toEqual({ subject: 'partition 3 type', after: '0c' });
  });
});

describe('a boot partition in another place', () => {
  it('is compared all the same', async () => {
    const image = await opened();
    const [root, boot] = [createMemoryVolume(), image.mounts[1]!.volume];
    for (const path of ['/boot', '/boot/firmware']) root.makeDirectory(path);
    const moved: OpenImage = {
      ...image,
      os: { ...image.os, bootDir: '/boot/firmware' },
      mounts: [
        { ...image.mounts[0]!, volume: root },
        { number: 1, at: '/boot/firmware', volume: boot },
      ],
    };
    const diff = diffImages(image, moved);
    expect(diff.table).toContainEqual({
      subject: 'partition 1 mounted on',
      before: '/boot',
      after: '/boot/firmware',
    });
    expect(diff.entries.filter(({ path }) => path.startsWith('/boot/'))).toEqual([]);
  });
});

describe('content that is a secret', () => {
  const secret = (tree: Tree): void => {
    replace(tree, '/etc/shadow', /^pi:[^:]*/m, 'pi:$6$new$hash');
    put(tree, '/root/notes', 'in a folder that is closed\n');
    put(tree, '/boot/wpa_supplicant.conf', 'psk="correct horse"\n');
  };
  const twice = async (options: DiffOptions) => {
    const [before, after] = [await opened(), await opened()];
    put(before.tree, '/root/notes', 'before\n');
    put(before.tree, '/boot/wpa_supplicant.conf', 'psk="other horse"\n');
    secret(after.tree);
    return diffImages(before, after, options);
  };

  it('is not shown', async () => {
    const diff = await twice({});
    expect(brief(diff)).toEqual([
      'changed /boot/wpa_supplicant.conf hidden',
      'changed /etc/shadow hidden',
      'changed /root/notes hidden',
    ]);
    expect(JSON.stringify(diff)).not.toMatch(/horse|\$6\$|closed/);
  });

  it('is shown when asked for', async () => {
    expect(brief(await twice({ secrets: true }))).toEqual([
      'changed /boot/wpa_supplicant.conf text',
      'changed /etc/shadow text',
      'changed /root/notes text',
    ]);
  });
});

/** A volume whose shell has a capability. */
function capable(volume: Volume): Volume {
  const scan = (directory: string): readonly ScannedEntry[] =>
    (volume.scan?.(directory) ?? []).map((entry) =>
      directory === '/bin' && entry.name === 'dash'
        ? {
            ...entry,
            open: () => entry.open(),
            readLink: () => entry.readLink(),
            extendedAttributes: () => new Map([['security.capability', Uint8Array.of(1, 2)]]),
          }
        : entry,
    );
  if (!volume.scan) return volume;
  return new Proxy(volume, {
    get: (target, name) => {
      if (name === 'scan') return scan;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
