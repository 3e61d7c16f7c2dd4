import type { BigIntStats } from 'node:fs';
import { lstat, mkdir, readdir, readFile, rename, rm, rmdir, utimes } from 'node:fs/promises';
import path from 'node:path';
import { PiImageError } from '../model/errors.ts';
import type { OnEvent } from '../model/events.ts';
import { systemCode, writeFailure } from '../model/write-failure.ts';
import { outputExists } from './check-output.ts';
import { checksumsName, namesInChecksums } from './checksums.ts';
import type { Destination } from './draft.ts';
import { claim, touchEvery } from './partial-claim.ts';
import { syncDirectory } from './publish.ts';

export interface FolderDraftOptions {
  /** For its owner only. */
  readonly isPrivate: boolean;
  readonly onEvent?: OnEvent | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A folder of outputs before it has its name. Disposing of it removes all of it unless it was published. */
export interface FolderDraft extends AsyncDisposable {
  /** `<output>.partial`, beside the output; whatever is written goes here. */
  readonly folder: string;
  publish(): Promise<void>;
}

/**
 * All that can be said of a folder of outputs before anything is written. One that is there must be empty, or – to
 * be overwritten – hold nothing but what its SHA256SUMS lists: no slip of a name may cost a folder of other files.
 * @throws PiImageError `output.exists`, `output.failed`
 */
export async function checkFolder({ path: folder, overwrite }: Destination): Promise<void> {
  const parent = await lstat(path.dirname(folder)).catch(() => undefined);
  if (!parent) {
    throw new PiImageError(
      'output.failed',
      `${path.dirname(folder)}, where ${path.basename(folder)} goes, is no folder`,
      {
        help: 'Make that folder first, or write to another one.',
      },
    );
  }
  const names = await namesIn(folder);
  if (names.length === 0) return;
  if (!overwrite) throw outputExists(folder);
  const list = await readFile(path.join(folder, checksumsName), 'latin1').catch(() => '');
  const known = new Set([checksumsName, ...namesInChecksums(list)]);
  const other = names.find((name) => !known.has(Buffer.from(name).toString('latin1')));
  if (other === undefined) return;
  throw new PiImageError('output.exists', `${folder} has more in it than a release: ${other}`, {
    help: 'Name another folder, or remove this one yourself.',
  });
}

/** @throws PiImageError `output.*`, `output.busy` when another build is writing the same folder */
export async function openFolderDraft(
  output: Destination,
  options: FolderDraftOptions,
): Promise<FolderDraft> {
  const folder = `${output.path}.partial`;
  const { signal } = options;
  try {
    await claim(folder, () => mkdir(folder, { mode: options.isPrivate ? 0o700 : 0o755 }), {
      onWaiting: () => options.onEvent?.({ code: 'output.waiting', path: folder }),
      remove: (stale) => rm(stale, { recursive: true, force: true }),
      signal,
    });
    return new OpenFolderDraft(output, folder, identity(await lstat(folder, { bigint: true })));
  } catch (error) {
    signal?.throwIfAborted();
    throw writeFailure(folder, error);
  }
}

/** Empty for a folder that is not there. */
async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    if (systemCode(error) !== 'ENOTDIR') throw writeFailure(folder, error);
    throw new PiImageError('output.exists', `${folder} is a file, and a release is a folder`, {
      help: 'Name a folder that does not exist yet.',
    });
  }
}

const identity = ({ dev, ino }: BigIntStats): string => `${dev}:${ino}`;

class OpenFolderDraft implements FolderDraft {
  readonly folder: string;
  readonly #output: Destination;
  readonly #identity: string;
  readonly #touching: NodeJS.Timeout;

  constructor(output: Destination, folder: string, identity: string) {
    this.folder = folder;
    this.#output = output;
    this.#identity = identity;
    this.#touching = setInterval(() => {
      const now = new Date();
      utimes(folder, now, now).catch(() => {});
    }, touchEvery).unref();
  }

  async publish(): Promise<void> {
    const { path: target, overwrite } = this.#output;
    if (!(await this.#isOurs())) {
      throw new PiImageError('output.busy', `another build took over ${this.folder}`, {
        help: 'Let one build at a time write a release.',
      });
    }
    clearInterval(this.#touching);
    const old = `${target}.old.partial`;
    try {
      await checkFolder(this.#output);
      await rmdir(target).catch(() => {});
      if (overwrite) await setAside(target, old);
      await rename(this.folder, target).catch(async (error: unknown) => {
        if (overwrite) await rename(old, target).catch(() => {});
        throw error;
      });
      await rm(old, { recursive: true, force: true });
      await syncDirectory(path.dirname(target));
    } catch (error) {
      if (
        ['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(systemCode(error)) &&
        (await namesIn(target)).length > 0
      ) {
        throw outputExists(target);
      }
      throw writeFailure(target, error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#touching);
    if (await this.#isOurs()) await rm(this.folder, { recursive: true, force: true }).catch(() => {});
  }

  /** Whether the name still is that of the folder we made: once published, or taken over, it is not. */
  async #isOurs(): Promise<boolean> {
    const found = await lstat(this.folder, { bigint: true }).catch(() => undefined);
    return found !== undefined && identity(found) === this.#identity;
  }
}

/** A folder that holds something cannot be renamed over. */
async function setAside(folder: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await rename(folder, to).catch((error: unknown) => {
    if (systemCode(error) !== 'ENOENT') throw error;
  });
}
