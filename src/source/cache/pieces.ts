import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, rmdir, statfs, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Code, CodeStore } from '../../model/code.ts';
import { type CacheItem, namesIn, occupiedBy } from './item.ts';
import { type CacheLayout, prepareCache } from './layout.ts';

const basePattern = /^[0-9a-f]{64}$/;
const namePattern = /^[a-z0-9.-]+\.piece$/;
/** Behind the bytes of a piece: its figure (a double, little endian), and the SHA-256 of all before it. */
const figureSize = 8;
const digestSize = 32;

export interface PieceStoreOptions {
  /** Of the archive or the file that the base image was; hex. */
  readonly base: string;
  /** Bytes that have to be free on that disk, or nothing more is kept. */
  readonly reserve: number;
}

/** Keeps what a base image is compressed to. A store that cannot be written is still of use. */
export function pieceStore(layout: CacheLayout, { base, reserve }: PieceStoreOptions): CodeStore {
  const folder = path.join(layout.pieces, base);
  const fileOf = (name: string): string => path.join(folder, `${name}.piece`);
  let isPrepared = false;
  return {
    async read(name) {
      const piece = await readFile(fileOf(name)).catch(() => undefined);
      return piece && codeIn(piece);
    },
    async write(name, code) {
      const draft = path.join(layout.drafts, `piece.${randomUUID()}`);
      try {
        if (!isPrepared) {
          await prepareCache(layout);
          await mkdir(folder, { recursive: true });
          isPrepared = true;
        }
        const { bavail, bsize } = await statfs(folder);
        if (bavail * bsize < reserve) return;
        // Private, as the base may be. Not synced: one that a power cut leaves damaged is known by its digest.
        await writeFile(draft, pieceOf(code), { flag: 'wx', mode: 0o600 });
        await rename(draft, fileOf(name));
      } catch {
        await rm(draft, { force: true }).catch(() => {});
      }
    },
  };
}

/** In parts, since one may be large. */
function pieceOf({ bytes, figure }: Code): readonly Uint8Array[] {
  const end = Buffer.alloc(figureSize);
  end.writeDoubleLE(figure);
  return [bytes, end, digestOf(bytes, end)];
}

function codeIn(piece: Buffer): Code | undefined {
  const end = piece.length - digestSize - figureSize;
  if (end < 0) return undefined;
  const [bytes, figure] = [piece.subarray(0, end), piece.subarray(end, end + figureSize)];
  if (!digestOf(bytes, figure).equals(piece.subarray(end + figureSize))) return undefined;
  return { bytes, figure: figure.readDoubleLE() };
}

function digestOf(bytes: Uint8Array, figure: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).update(figure).digest();
}

/** All pieces, as one item: they are many, and have no names that anybody knows. */
export async function piecesItem({ pieces }: CacheLayout): Promise<CacheItem | undefined> {
  const files = await piecesIn(pieces);
  if (files.length === 0) return undefined;
  return {
    kind: 'pieces',
    key: 'pieces',
    name: 'compressed pieces',
    title: 'what base images are compressed to',
    path: pieces,
    ...(await occupiedBy(files)),
  };
}

/** A build that reads them meanwhile makes them anew. */
export async function clearPieces({ pieces }: CacheLayout): Promise<void> {
  for (const piece of await piecesIn(pieces)) await unlink(piece);
  for (const base of await namesIn(pieces)) await rmdir(path.join(pieces, base)).catch(() => {});
}

async function piecesIn(folder: string): Promise<string[]> {
  const bases = (await namesIn(folder)).filter((base) => basePattern.test(base));
  const names = await Promise.all(
    bases.map(async (base) =>
      (await namesIn(path.join(folder, base)))
        .filter((name) => namePattern.test(name))
        .map((name) => path.join(folder, base, name)),
    ),
  );
  return names.flat();
}
