import path from 'node:path';
import type { CodeStore } from '../model/code.ts';
import type { Base } from '../source/base.ts';
import { cacheLayout } from '../source/cache/layout.ts';
import { pieceStore } from '../source/cache/pieces.ts';
import { cachePlace } from './cache-place.ts';
import type { OpenOptions } from './options.ts';

/** Where what a base is encoded to is kept. Only what is known by its digest can be recognised the next time. */
export function codeStoreFor({ sha256, size }: Base, options: OpenOptions): CodeStore | undefined {
  if (sha256 === undefined) return undefined;
  return pieceStore(cacheLayout(path.resolve(cachePlace(options))), { base: sha256, reserve: 2 * size });
}

/** Keeps all codes of one image while it is written in several formats, in a folder that its maker removes. */
export function codeStoreIn(folder: string, size: number): CodeStore {
  return { ...pieceStore(cacheLayout(folder), { base: 'image', reserve: 2 * size }), holdsEdits: true };
}
