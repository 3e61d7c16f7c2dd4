import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BlockDevice } from '../../../src/image/device.ts';
import { type Ext4Volume, openExt4 } from '../../../src/image/ext4/volume.ts';
import { bytesSource } from '../../../src/model/content.ts';
import { treeOf } from '../../fixtures/volume-tree.ts';
import { populated } from '../check/corpus.ts';
import { hasE2fsprogs, memoryDevice, Workplace } from './e2fsprogs.ts';
import { featureSets } from './feature-sets.ts';
import { pattern } from './random.ts';

const now = () => new Date('2026-01-02T03:04:05Z');
const ioError = new Error('input/output error');

const operations: readonly ((volume: Ext4Volume) => void)[] = [
  (volume) => volume.write('/etc/new', bytesSource(pattern(70_000, 1))),
  (volume) => volume.write('/etc/large', bytesSource(pattern(100, 2))),
  (volume) => volume.append('/etc/holes', bytesSource(pattern(50_000, 3))),
  (volume) => volume.makeDirectory('/etc/made'),
  (volume) => volume.rename('/many', '/etc/made/moved'),
  (volume) => volume.remove('/etc/made/moved/a-rather-long-name-1'),
  (volume) => volume.setExtendedAttribute('/etc/large', 'user.long', pattern(300, 4)),
  (volume) => {
    volume.makeLink(`/etc/made/moved/${'long'.repeat(50)}`, '/far'.repeat(50));
  },
  (volume) => volume.flush(),
];

/** Counts accesses, and fails the one with this number. */
function failing(device: BlockDevice, access: 'read' | 'write', failAt: number) {
  const counts = { read: 0, write: 0 };
  const pass = (kind: 'read' | 'write'): void => {
    if (++counts[kind] === failAt && kind === access) throw ioError;
  };
  return {
    counts,
    device: {
      size: device.size,
      readInto(target: Uint8Array, position: number) {
        pass('read');
        device.readInto(target, position);
      },
      writeFrom(source: Uint8Array, position: number) {
        pass('write');
        device.writeFrom(source, position);
      },
    },
  };
}

describe.skipIf(!hasE2fsprogs)('a device that fails once', () => {
  let place: Workplace;
  beforeAll(() => {
    place = new Workplace();
  });
  afterAll(() => place.close());

  /** Does all operations, each again when the device failed it; how many accesses there were and how many failures. */
  const run = (bytes: Uint8Array, access: 'read' | 'write', failAt: number) => {
    const { device, counts } = failing(memoryDevice(bytes), access, failAt);
    let failures = 0;
    const insist = <T>(act: () => T): T => {
      try {
        return act();
      } catch (error) {
        if (error !== ioError) throw error;
        failures++;
        return act();
      }
    };
    const volume = insist(() => openExt4(device, { now }));
    for (const operate of operations) insist(() => operate(volume));
    return { counts, failures };
  };

  it.each(['metadata_csum, 64bit, 1k', 'no checksums, 1k', 'ext3 layout (no extents)'])(
    'at any read or write leaves nothing of the operation it failed with %s',
    (name) => {
      const made = populated(place, featureSets[name]!)!;
      const expected = made.slice();
      const { counts } = run(expected, 'read', 0);
      expect(place.check(expected)).toBe('');
      const tree = treeOf(openExt4(memoryDevice(expected), { now }));
      for (const access of ['read', 'write'] as const) {
        for (let failAt = 1; failAt <= counts[access]; failAt++) {
          const bytes = made.slice();
          expect(run(bytes, access, failAt).failures).toBe(1);
          expect(treeOf(openExt4(memoryDevice(bytes), { now }))).toEqual(tree);
          if (failAt % 8 === 0) expect(place.check(bytes)).toBe('');
        }
      }
    },
  );
});
