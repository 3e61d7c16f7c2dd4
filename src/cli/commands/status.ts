import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import {
  type FirstBootStatus,
  largestStatus,
  noFirstBootStatus,
  parseFirstBootStatus,
} from '../../content/first-boot-status.ts';
import { PiImageError } from '../../model/errors.ts';
import type { OpenFlags } from '../open-options.ts';
import type { ProgramContext } from '../program.ts';
import { paintFor } from '../ui/paint.ts';
import { writeOut } from '../ui/standard-output.ts';
import { describeStatus } from './status-text.ts';

/** Where it may be, seen from the folder that a card is mounted on: the boot partition, or the root one. */
const places = [
  'pi-image/status.json',
  'status.json',
  'boot/pi-image/status.json',
  'boot/firmware/pi-image/status.json',
  'var/lib/pi-image/status.json',
];

export async function runStatus(where: string, flags: OpenFlags, context: ProgramContext): Promise<void> {
  const status = await readStatus(where, flags, context);
  await writeOut(
    flags.json ? `${JSON.stringify(status)}\n` : describeStatus(status, paintFor(process.stdout)),
  );
}

async function readStatus(
  where: string,
  flags: OpenFlags,
  context: ProgramContext,
): Promise<FirstBootStatus> {
  const entry = await stat(where).catch(() => undefined);
  if (entry?.isDirectory()) return fromFolder(where);
  if (entry?.isFile() && entry.size <= largestStatus && path.extname(where) === '.json') {
    return parseFirstBootStatus(where, await readStart(where));
  }
  // Only here, because it brings all that opens images.
  const { statusInImage } = await import('./status-in-image.ts');
  return statusInImage(where, flags, context);
}

async function fromFolder(folder: string): Promise<FirstBootStatus> {
  for (const place of places) {
    const file = path.join(folder, place);
    const bytes = await readStart(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
      throw new PiImageError('image.damaged', `${file} cannot be read: ${error.message}`, {
        help: 'take the card out, put it in again, and look whether other files can be read',
        cause: error,
      });
    });
    if (bytes) return parseFirstBootStatus(file, bytes);
  }
  throw noFirstBootStatus(folder);
}

/** The file, or its start if it is too long to be one: parsing then says so. */
async function readStart(file: string): Promise<Uint8Array> {
  await using handle = await open(file, 'r');
  const bytes = Buffer.alloc(largestStatus + 1);
  let size = 0;
  for (;;) {
    const { bytesRead } = await handle.read(bytes, size, bytes.length - size, size);
    size += bytesRead;
    if (bytesRead === 0 || size === bytes.length) return bytes.subarray(0, size);
  }
}
