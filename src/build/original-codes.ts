import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { OriginalCodes } from '../model/code.ts';
import type { ArchiveBlock } from '../source/archive-blocks.ts';
import type { Base } from '../source/base.ts';

/**
 * The blocks of the .xz archive that a base came as. Each is compared with its digest from when the archive was
 * checked and unpacked, so that one which was damaged or changed since counts as none.
 */
export function originalCodes({ archive }: Pick<Base, 'archive'>): OriginalCodes | undefined {
  if (!archive) return undefined;
  const blocks = new Map<number, ArchiveBlock>();
  let end = 0;
  for (const block of archive.blocks) {
    blocks.set(end, block);
    end += block.size;
  }
  return {
    sizes: archive.blocks.map(({ size }) => size),
    async read({ position, length }, memory = Buffer.allocUnsafeSlow) {
      const block = blocks.get(position);
      if (block?.size !== length) return undefined;
      const target = memory(block.length);
      const bytes = await bytesAt(archive.path, block.offset, target).catch(() => undefined);
      if (!bytes || createHash('sha256').update(bytes).digest('hex') !== block.sha256) return undefined;
      return { bytes, figure: block.unpaddedSize };
    },
  };
}

async function bytesAt(file: string, offset: number, target: Uint8Array): Promise<Uint8Array> {
  await using handle = await open(file, 'r');
  const { bytesRead } = await handle.read(target, 0, target.length, offset);
  return target.subarray(0, bytesRead);
}
