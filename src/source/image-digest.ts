import path from 'node:path';
import type { OnEvent } from '../model/events.ts';
import type { Base } from './base.ts';
import { cacheLayout } from './cache/layout.ts';
import { startStage } from './context.ts';
import { hashFile, KnownFile } from './digest.ts';

export interface ImageDigestOptions {
  readonly cacheDirectory: string;
  readonly onEvent: OnEvent | undefined;
  readonly signal: AbortSignal | undefined;
}

/** SHA-256 of a raw base image, hex. It is remembered for as long as the file stays as it is. */
export async function imageDigest(
  base: Pick<Base, 'path' | 'title' | 'size' | 'imageSha256'>,
  { cacheDirectory, onEvent, signal }: ImageDigestOptions,
): Promise<string> {
  if (base.imageSha256 !== undefined) return base.imageSha256;
  const known = await KnownFile.of(cacheLayout(path.resolve(cacheDirectory)), base.path);
  const found = await known.digest();
  if (found !== undefined) return found;
  const stage = startStage(onEvent, 'verify', base.title, base.size);
  const sha256 = await hashFile(base.path, {
    subject: base.title,
    onProgress: (done) => stage.progress(done),
    ...(signal && { signal }),
  });
  stage.finish(base.size);
  await known.remember(sha256);
  return sha256;
}
