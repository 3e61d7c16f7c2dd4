import { checkExt4 } from '../../../src/image/check/ext4.ts';
import { checkFat } from '../../../src/image/check/fat.ts';
import type { BlockDevice } from '../../../src/image/device.ts';
import { growExt4 } from '../../../src/image/ext4/grow.ts';
import { openExt4 } from '../../../src/image/ext4/volume.ts';
import { openFat } from '../../../src/image/fat/volume.ts';
import { openImage } from '../../../src/image/open-image.ts';
import { createOverlay, type Overlay } from '../../../src/image/overlay.ts';
import { readPartitionTable } from '../../../src/image/partitions/partition-table.ts';
import { bytesSource } from '../../../src/model/content.ts';
import { PiImageError } from '../../../src/model/errors.ts';
import type { Volume } from '../../../src/model/volume.ts';
import { memoryDevice } from '../../fixtures/memory-device.ts';
import { randomNumbers } from '../ext4/random.ts';
import type { Region } from './corpus.ts';

const now = () => new Date('2026-01-02T03:04:05Z');
/** Of a file, and of entries in a tree that may have become endless. */
const mostRead = 300_000;
const mostEntries = 300;
const deepest = 8;

/** Something that a mutated image is given to. */
export type Victim = (device: BlockDevice) => void | Promise<void>;

/** Reads and changes as much as it can of an ext4 file system that may be damaged in any way. */
export const ext4Victim: Victim = (device) => {
  attempt(() => checkExt4(device));
  attempt(() => useVolume(openExt4(device, { now })));
  attempt(() => openExt4(device, { now, recover: true }).flush());
  attempt(() => growExt4(device, now));
};

export const fatVictim: Victim = async (device) => {
  attempt(() => checkFat(device));
  try {
    useVolume(await openFat(device, { now }));
  } catch (error) {
    onlyOurs(error);
  }
};

export const imageVictim: Victim = async (device) => {
  attempt(() => readPartitionTable(device));
  try {
    const { tree } = await openImage(device, { now });
    attempt(() => tree.readText('/etc/hostname'));
  } catch (error) {
    onlyOurs(error);
  }
};

function useVolume(volume: Volume): void {
  const found: string[] = [];
  walk(volume, '/', 0, found);
  for (const path of found.slice(0, 40)) {
    attempt(() => volume.write(path, bytesSource(new Uint8Array(5000))));
    attempt(() => volume.rename(path, `${path}-moved`));
    attempt(() => volume.remove(path));
  }
  attempt(() => volume.makeDirectory('/made'));
  attempt(() => volume.write('/made/file', bytesSource(new Uint8Array(20_000))));
  attempt(() => volume.makeLink('/made/link', 'x'.repeat(200)));
  attempt(() => volume.flush());
}

function walk(volume: Volume, directory: string, depth: number, found: string[]): void {
  const entries = attempt(() => volume.list(directory)) ?? [];
  for (const { name } of entries) {
    if (found.length >= mostEntries) return;
    const path = `${directory === '/' ? '' : directory}/${name}`;
    found.push(path);
    const entry = attempt(() => volume.stat(path));
    if (entry?.kind === 'link') attempt(() => volume.readLink(path));
    if (entry?.kind === 'directory' && depth < deepest) walk(volume, path, depth + 1, found);
    if (entry?.kind !== 'file') continue;
    attempt(() => {
      const source = volume.open(path);
      const bytes = new Uint8Array(Math.min(source.size, mostRead));
      source.readInto(bytes, 0);
      if (source.size > mostRead) source.readInto(bytes, source.size - bytes.length);
    });
  }
}

function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    onlyOurs(error);
    return undefined;
  }
}

/** Errors are for people: anything else than one of ours is a mistake of the parser. */
function onlyOurs(error: unknown): void {
  if (!PiImageError.is(error)) throw error;
}

/** A way to damage an image, as data: bytes and where they go. */
export type Mutation = readonly { readonly position: number; readonly bytes: Uint8Array }[];

/** Up to six changes of a few bytes; numbers at the edges of what fits are likelier than others. */
export function mutationOf(regions: readonly Region[], seed: number): Mutation {
  const random = randomNumbers(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  return Array.from({ length: 1 + below(6) }, () => {
    const { position, length } = regions[below(regions.length)]!;
    const at = below(random() < 0.6 ? Math.min(length, 160) : length);
    const width = Math.min([1, 2, 4, 8][below(4)]!, length - at);
    const edges = [0, 1, 0x7f, 0x80, 0xff, 0xfe];
    const bytes = new Uint8Array(width).map(() =>
      random() < 0.6 ? edges[below(edges.length)]! : below(256),
    );
    return { position: position + at, bytes };
  });
}

/** Gives the mutated image to the victim; what is written stays in an overlay. */
export async function torture(image: Uint8Array, mutation: Mutation, victim: Victim): Promise<void> {
  const overlay: Overlay = createOverlay(memoryDevice(image));
  try {
    for (const { position, bytes } of mutation) overlay.writeFrom(bytes, position);
    await victim(overlay);
  } finally {
    overlay.close();
  }
}
