import { createHash, randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type CacheLayout, prepareCache } from './layout.ts';

/** A digest that was once seen to belong to something, such as a URL or a local file in a certain state. */
export interface KnownDigest {
  /** What it belongs to, in full. */
  readonly of: string;
  readonly sha256: string;
  /** When that was seen, ISO 8601. */
  readonly since: string;
}

/** What is remembered of `subject`, undefined when nothing is. */
export async function recall(layout: CacheLayout, subject: string): Promise<KnownDigest | undefined> {
  try {
    const known = JSON.parse(await readFile(fileOf(layout, subject), 'utf8')) as KnownDigest;
    return known.of === subject && /^[0-9a-f]{64}$/.test(known.sha256) ? known : undefined;
  } catch {
    return undefined;
  }
}

/** Remembers a digest. */
export async function remember(layout: CacheLayout, subject: string, sha256: string): Promise<void> {
  const known: KnownDigest = { of: subject, sha256, since: new Date().toISOString() };
  const file = fileOf(layout, subject);
  await prepareCache(layout);
  const draft = path.join(layout.drafts, `known.${randomUUID()}`);
  await writeFile(draft, `${JSON.stringify(known)}\n`, { flag: 'wx' });
  await rename(draft, file);
}

function fileOf(layout: CacheLayout, subject: string): string {
  return path.join(layout.known, `${createHash('sha256').update(subject).digest('hex')}.json`);
}
