import { homedir } from 'node:os';
import path from 'node:path';
import { type ClearedCache, clearCache } from '../../source/cache/clear.ts';
import { listCache } from '../../source/cache/contents.ts';
import { cacheDirectory } from '../../source/cache/directory.ts';
import type { CacheItem } from '../../source/cache/item.ts';
import { cacheLayout } from '../../source/cache/layout.ts';
import { patience } from '../../source/fetch/patience.ts';
import { formatBytes } from '../ui/format.ts';
import { printable } from '../ui/problem.ts';
import { writeOut } from '../ui/standard-output.ts';
import { table } from '../ui/table.ts';

interface CacheFlags {
  readonly cacheDir?: string;
  readonly json?: boolean;
}

export async function runCache(verb: 'list' | 'path' | 'clear', flags: CacheFlags): Promise<void> {
  const given = flags.cacheDir ?? process.env['PI_IMAGE_CACHE_DIR'];
  const place = given ? path.resolve(given) : cacheDirectory(process.env, process.platform, homedir());
  if (verb === 'path') return writeOut(flags.json ? `${JSON.stringify({ path: place })}\n` : `${place}\n`);
  if (verb === 'list') return printItems(await listCache(cacheLayout(place)), place, flags);
  const cleared = await clearCache(cacheLayout(place), patience.staleLock);
  await (flags.json
    ? writeOut(`${JSON.stringify({ path: place, ...cleared })}\n`)
    : writeOut(describeCleared(cleared, place)));
}

async function printItems(items: readonly CacheItem[], place: string, { json }: CacheFlags): Promise<void> {
  if (json) return writeOut(items.map((item) => `${JSON.stringify(item)}\n`).join(''));
  if (items.length === 0) return void process.stderr.write(`${place} is empty\n`);
  const rows = items.map(({ name, kind, bytes, used, count }) => [
    printable(name),
    count !== undefined ? `${count} files` : kind === 'image' ? 'ready' : 'partly downloaded',
    formatBytes(bytes),
    used.slice(0, 10),
  ]);
  await writeOut(table(['NAME', 'STATE', 'ON DISK', 'LAST USED'], rows));
  process.stderr.write(`${formatBytes(total(items))} in ${place}\n`);
}

function describeCleared({ removed, kept }: ClearedCache, place: string): string {
  const images = removed.filter(({ count }) => count === undefined).length;
  const files = removed.reduce((sum, { count = 0 }) => sum + count, 0);
  const what = `${counted(images, 'image')}${files === 0 ? '' : ` and ${counted(files, 'file')}`}`;
  const lines = [`Removed ${what}, ${formatBytes(total(removed))}, from ${place}`];
  for (const { name } of kept) lines.push(`Kept ${printable(name)}: another run is working on it`);
  return `${lines.join('\n')}\n`;
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
const total = (items: readonly CacheItem[]): number => items.reduce((sum, { bytes }) => sum + bytes, 0);
