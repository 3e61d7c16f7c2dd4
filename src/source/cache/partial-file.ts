import { constants, createReadStream } from 'node:fs';
import { copyFile, type FileHandle, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** What is needed to go on with a download: which file this is a part of. */
export interface PartialFacts {
  /** Where it was begun, without anything secret. */
  readonly url: string;
  /** Only a strong one, which says "the same bytes". */
  readonly etag?: string;
  readonly lastModified?: string;
  /** Bytes of the whole file, if the server said so. */
  readonly total?: number;
}

/**
 * The beginning of a file, kept across attempts and runs. Facts are written before the first byte, so that bytes
 * never lack them, whenever the process dies. Only the holder of the entry's lock may use it.
 */
export class PartialFile {
  readonly path: string;
  readonly #folder: string;
  readonly #handle: FileHandle;
  /** Whether its bytes came with more than one answer, so that they may not fit together. */
  pieced: boolean;
  #size: number;
  #facts: PartialFacts | undefined;

  private constructor(folder: string, handle: FileHandle, size: number, facts: PartialFacts | undefined) {
    this.path = archiveIn(folder);
    this.#folder = folder;
    this.#handle = handle;
    this.pieced = size > 0;
    this.#size = size;
    this.#facts = facts;
  }

  static async open(folder: string): Promise<PartialFile> {
    await mkdir(folder, { recursive: true });
    const facts = await readPartialFacts(folder);
    const handle = await open(archiveIn(folder), 'a+');
    // Bytes that nothing is known of are of no use.
    if (!facts) await handle.truncate(0);
    return new PartialFile(folder, handle, (await handle.stat()).size, facts);
  }

  /** Bytes that are there. */
  get size(): number {
    return this.#size;
  }

  get facts(): PartialFacts | undefined {
    return this.#facts;
  }

  /** Starts anew with what this answer is about. */
  async begin(facts: PartialFacts): Promise<void> {
    await this.#handle.truncate(0);
    this.#size = 0;
    this.pieced = false;
    this.#facts = facts;
    const draft = `${factsIn(this.#folder)}.new`;
    await writeFile(draft, JSON.stringify(facts));
    await rename(draft, factsIn(this.#folder));
  }

  async append(chunk: Uint8Array): Promise<void> {
    for (let done = 0; done < chunk.length; ) {
      done += (await this.#handle.write(chunk, done)).bytesWritten;
    }
    this.#size += chunk.length;
  }

  /** All that is there, from the start. */
  read(): AsyncIterable<Uint8Array> {
    return createReadStream(this.path, { highWaterMark: 256 * 1024 });
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  /** Not a link: a later run may empty this file. Where the file system can, blocks are shared. */
  async copyTo(file: string): Promise<void> {
    await copyFile(this.path, file, constants.COPYFILE_FICLONE);
  }

  /** Closes it and gives its bytes another place on the same disk. */
  async moveTo(file: string): Promise<void> {
    await this.close();
    await rename(this.path, file);
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Closes and removes it. */
  async remove(): Promise<void> {
    await this.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Names of the files in a folder of a partial download. */
export const archiveFile = 'archive';
export const aboutFile = 'about.json';

const archiveIn = (folder: string): string => path.join(folder, archiveFile);
const factsIn = (folder: string): string => path.join(folder, aboutFile);

/** What is known of the partial download in `folder`, undefined when there is none. */
export async function readPartialFacts(folder: string): Promise<PartialFacts | undefined> {
  try {
    const facts = JSON.parse(await readFile(factsIn(folder), 'utf8')) as PartialFacts;
    return URL.canParse(facts.url) ? facts : undefined;
  } catch {
    return undefined;
  }
}
