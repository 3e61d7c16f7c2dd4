import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { usedRuns } from '../../image/used-space.ts';
import { runStage } from '../../model/stage.ts';
import { requireSmall } from '../../output/asset-limit.ts';
import { draftBlockMap } from '../../output/block-map.ts';
import { checksumsName, withChecksum } from '../../output/checksums.ts';
import { digestOfContent, digestOfFile } from '../../output/digest.ts';
import { openDraft } from '../../output/draft.ts';
import { blockMapNameOf, type OutputFormat } from '../../output/format.ts';
import { codeStoreIn } from '../code-store.ts';
import { type FinishOptions, type SoundImage, writeOutput } from '../finish.ts';

/** A file of a release. */
export interface ReleaseFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
}

export interface ReleaseImagesOptions extends Omit<FinishOptions, 'checksums' | 'blockMap'> {
  /** Where all is written. */
  readonly folder: string;
  /** Of the image, without an ending. */
  readonly name: string;
  readonly formats: readonly OutputFormat[];
  /** Bytes that no file may have or exceed. */
  readonly limit: number;
}

export interface WrittenImages {
  /** As a raw image. */
  readonly image: { readonly size: number; readonly sha256: string };
  readonly files: readonly ReleaseFile[];
}

/** Writes the image in every format, one after the other, and its block map. */
export async function writeReleaseImages(
  made: Omit<SoundImage, 'output'>,
  options: ReleaseImagesOptions,
): Promise<WrittenImages> {
  const { folder, name, formats, limit, zeroFree, onEvent, signal } = options;
  const { edited, isPrivate } = made;
  const { size } = edited;
  if (formats.includes('.img')) requireSmall({ name: `${name}.img`, format: '.img', size }, limit, zeroFree);
  const files: ReleaseFile[] = [];
  const codes = path.join(folder, '.codes');
  const isDeflated = (format: OutputFormat): boolean => format === '.img.gz' || format === '.zip';
  // They hold the same stream; the store of the base has nothing of an image that zeros are all over.
  const shared = zeroFree && formats.filter(isDeflated).length > 1 ? codeStoreIn(codes, size) : undefined;
  for (const format of formats) {
    const store = isDeflated(format) ? (shared ?? options.store) : options.store;
    const output = { path: path.join(folder, `${name}${format}`), format, overwrite: false };
    const finish = { ...options, store, checksums: false, blockMap: false, digest: true };
    const written = await writeOutput({ ...made, output }, finish);
    if (written.sha256 === undefined) throw new Error(`${output.path} has no digest`);
    const file = { name: `${name}${format}`, size: written.size, sha256: written.sha256 };
    requireSmall({ ...file, format }, limit, zeroFree);
    files.push(file);
  }
  await rm(codes, { recursive: true, force: true });
  const raw = files[formats.indexOf('.img')]?.sha256;
  const sha256 =
    raw ??
    (await runStage({ stage: 'verify', subject: `${name}.img`, total: size, onEvent }, (progress) =>
      digestOfContent(edited, { position: 0, length: size }, { progress, signal }),
    ));
  // Under this name bmaptool finds it for every format.
  const output = path.join(folder, name);
  await using map = await draftBlockMap(edited, usedRuns(edited), {
    output,
    overwrite: false,
    isPrivate,
    signal,
  });
  const mapSize = await map.flush();
  const mapped = { name: blockMapNameOf(name), size: mapSize, sha256: await digestOfFile(map.file) };
  await map.publish();
  return { image: { size, sha256 }, files: [...files, mapped] };
}

/** Writes texts by their names, and the list of the digests of everything. */
export async function writeReleaseTexts(
  folder: string,
  texts: Readonly<Record<string, string>>,
  {
    known,
    ...options
  }: { known: readonly ReleaseFile[]; isPrivate: boolean; signal?: AbortSignal | undefined },
): Promise<readonly ReleaseFile[]> {
  const written: ReleaseFile[] = [];
  for (const [name, text] of Object.entries(texts))
    written.push(await writeText(folder, name, text, options));
  const list = [...known, ...written].reduce(
    (text, { name, sha256 }) => withChecksum(text, name, sha256),
    '',
  );
  return [...written, await writeText(folder, checksumsName, Buffer.from(list, 'latin1'), options)];
}

async function writeText(
  folder: string,
  name: string,
  text: string | Uint8Array,
  options: { readonly isPrivate: boolean; readonly signal?: AbortSignal | undefined },
): Promise<ReleaseFile> {
  const bytes = Buffer.from(text);
  await using draft = await openDraft({ path: path.join(folder, name), overwrite: false }, options);
  await draft.write(bytes, 0);
  await draft.flush();
  await draft.publish();
  return { name, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
