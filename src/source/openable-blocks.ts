import path from 'node:path';
import type { XzLayout } from '../xz/layout.ts';
import { layoutOf } from './archive-layout.ts';
import type { Base } from './base.ts';
import { findEntry } from './cache/entry.ts';
import { cacheLayout } from './cache/layout.ts';
import { KnownFile } from './digest.ts';
import { imageName } from './format.ts';
import { largestImage } from './unpack/unpack.ts';
import { findTool } from './unpack/xz.ts';

export interface OpenableBlocks {
  /** Its `path` is that of the archive. */
  readonly base: Base;
  readonly layout: XzLayout;
  /** Absolute path of the program xz. */
  readonly tool: string;
}

/** With fewer there is not much to spare. */
const fewestBlocks = 4;

/**
 * A local .xz file whose blocks can be decoded one by one; undefined where it must be unpacked to be read, or has been.
 */
export async function openableBlocks(
  file: string,
  cacheDirectory: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<OpenableBlocks | undefined> {
  if (!/\.xz$/i.test(file)) return undefined;
  const layout = await layoutOf(file);
  if (!layout || layout.blocks.length < fewestBlocks || layout.size > largestImage) return undefined;
  const cache = cacheLayout(path.resolve(cacheDirectory));
  const digest = await (await KnownFile.of(cache, file)).digest();
  if (digest !== undefined && (await findEntry(cache, digest))) return undefined;
  const tool = await findTool('xz', environment);
  if (tool === undefined) return undefined;
  const name = path.basename(file);
  const base: Base = { name: imageName(name), title: name, path: file, size: layout.size, format: 'xz' };
  return { base, layout, tool };
}
