import { describe, expect, it } from 'vitest';
import { openImage } from '../../../src/image/open-image.ts';
import type { Volume } from '../../../src/model/volume.ts';
import { rawDemo } from '../../fixtures/demo.ts';
import { memoryDevice } from '../../fixtures/memory-device.ts';

const bytesOf = (source: ReturnType<Volume['open']>): Uint8Array => {
  const bytes = new Uint8Array(source.size);
  source.readInto(bytes, 0);
  return bytes;
};

describe('scan', () => {
  it('says of everything in a directory what stat, open and readLink say of it', async () => {
    const image = await openImage(memoryDevice(await rawDemo()), { now: () => new Date(0) });
    const volume = image.mounts[0]!.volume;
    let count = 0;
    const visit = (directory: string): void => {
      const scanned = volume.scan?.(directory) ?? [];
      expect(scanned.map(({ name, kind }) => ({ name, kind }))).toEqual(volume.list(directory));
      for (const entry of scanned) {
        count++;
        const path = directory === '/' ? `/${entry.name}` : `${directory}/${entry.name}`;
        const { name: _, ...stat } = entry;
        expect(stat).toEqual(volume.stat(path));
        if (entry.kind === 'file') expect(bytesOf(entry.open())).toEqual(bytesOf(volume.open(path)));
        else expect(() => entry.open()).toThrow(/neither a regular file/);
        if (entry.kind === 'link') expect(entry.readLink()).toBe(volume.readLink(path));
        else expect(() => entry.readLink()).toThrow(/not a symbolic link/);
        if (entry.kind === 'directory') visit(path);
      }
    };
    visit('/');
    expect(count).toBeGreaterThan(100);
  });
});
