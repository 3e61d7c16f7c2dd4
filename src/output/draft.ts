import { type BigIntStats, constants } from 'node:fs';
import { chmod, copyFile, type FileHandle, lstat, open, unlink } from 'node:fs/promises';
import { EarlyFlush } from '../model/early-flush.ts';
import { PiImageError } from '../model/errors.ts';
import type { OnEvent } from '../model/events.ts';
import { writeAll } from '../model/write-all.ts';
import { systemCode, writeFailure } from '../model/write-failure.ts';
import { claim, touchEvery } from './partial-claim.ts';
import { publish } from './publish.ts';

export interface DraftOptions {
  /** Readable by its owner only, from its first byte on. */
  readonly isPrivate: boolean;
  /** Starts the draft as a clone of this file where the file system shares blocks between files. */
  readonly cloneOf?: string;
  readonly onEvent?: OnEvent | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Where a draft goes in the end. */
export interface Destination {
  readonly path: string;
  readonly overwrite: boolean;
}

/** An output before it has its name. Disposing of it removes the file unless it was published. */
export interface Draft extends AsyncDisposable {
  /** `<output>.partial`, beside the output so that a rename is all it takes. */
  readonly file: string;
  /** Whether the bytes of the base are in it already, as in a clone of it. */
  readonly holdsBase: boolean;
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Cuts or extends; what is new reads as zeros. */
  resize(size: number): Promise<void>;
  /** Has the disk begin with what was written so far. */
  startFlush(): void;
  /** Returns when all is on the disk, with the size of the file. */
  flush(): Promise<number>;
  /** Says that all bytes of the base were written to it, and who may read it in the end. */
  adopt(options: Pick<DraftOptions, 'isPrivate'>): Promise<void>;
  publish(): Promise<void>;
}

/** @throws PiImageError `output.*`, `output.busy` when another build is writing the same output. */
export async function openDraft(output: Destination, options: DraftOptions): Promise<Draft> {
  const file = `${output.path}.partial`;
  const mode = modeOf(options);
  try {
    const { handle, holdsBase } = await claim(file, () => create(file, mode, options.cloneOf), {
      onWaiting: () => options.onEvent?.({ code: 'output.waiting', path: file }),
      signal: options.signal,
    });
    return new OpenDraft(output, file, handle, holdsBase, identity(await handle.stat({ bigint: true })));
  } catch (error) {
    options.signal?.throwIfAborted();
    throw writeFailure(file, error);
  }
}

async function create(file: string, mode: number, cloneOf: string | undefined) {
  if (cloneOf === undefined || !(await clone(cloneOf, file))) {
    return { handle: await open(file, 'wx+', mode), holdsBase: false };
  }
  try {
    // A clone has the mode of its original.
    await chmod(file, masked(mode));
    return { handle: await open(file, 'r+'), holdsBase: true };
  } catch (error) {
    await unlink(file).catch(() => {});
    throw error;
  }
}

/** False where the file system does not share blocks between files; EEXIST is thrown. */
async function clone(from: string, to: string): Promise<boolean> {
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') throw error;
    return false;
  }
}

function modeOf({ isPrivate }: Pick<DraftOptions, 'isPrivate'>): number {
  return isPrivate ? 0o600 : 0o644;
}

/** What the system makes of the mode of a new file. */
function masked(mode: number): number {
  return mode & ~process.umask();
}

function identity({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}

class OpenDraft implements Draft {
  readonly file: string;
  holdsBase: boolean;
  readonly #output: Destination;
  readonly #handle: FileHandle;
  readonly #identity: string;
  readonly #touching: NodeJS.Timeout;
  readonly #early: EarlyFlush;
  #isOpen = true;

  constructor(output: Destination, file: string, handle: FileHandle, holdsBase: boolean, identity: string) {
    this.file = file;
    this.holdsBase = holdsBase;
    this.#output = output;
    this.#handle = handle;
    this.#identity = identity;
    this.#early = new EarlyFlush(() => handle.datasync());
    this.#touching = setInterval(() => {
      const now = new Date();
      handle.utimes(now, now).catch(() => {});
    }, touchEvery).unref();
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    try {
      await writeAll(this.#handle, bytes, position);
      this.#early.written(bytes.length);
    } catch (error) {
      throw writeFailure(this.file, error);
    }
  }

  async resize(size: number): Promise<void> {
    await this.#handle.truncate(size).catch((error: unknown) => {
      throw writeFailure(this.file, error);
    });
  }

  startFlush(): void {
    this.#early.start();
  }

  async flush(): Promise<number> {
    try {
      await this.#early.end();
      await this.#handle.sync();
      return (await this.#handle.stat()).size;
    } catch (error) {
      throw writeFailure(this.file, error);
    }
  }

  async adopt(options: Pick<DraftOptions, 'isPrivate'>): Promise<void> {
    this.holdsBase = true;
    await this.#handle.chmod(masked(modeOf(options))).catch((error: unknown) => {
      throw writeFailure(this.file, error);
    });
  }

  async publish(): Promise<void> {
    if (!(await this.#isOurs())) {
      throw new PiImageError('output.busy', `another build took over ${this.file}`, {
        help: 'Let one build at a time write an output.',
      });
    }
    await this.#close();
    await publish(this.file, this.#output.path, this.#output.overwrite);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
    if (await this.#isOurs()) await unlink(this.file).catch(() => {});
  }

  /** Whether the name still is that of the file we made: once published, or taken over, it is not. */
  async #isOurs(): Promise<boolean> {
    const found = await lstat(this.file, { bigint: true }).catch(() => undefined);
    return found !== undefined && identity(found) === this.#identity;
  }

  async #close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    clearInterval(this.#touching);
    await this.#early.end().catch(() => {});
    await this.#handle.close();
  }
}
