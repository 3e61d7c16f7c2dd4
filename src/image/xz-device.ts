import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { availableParallelism } from 'node:os';
import { PiImageError } from '../model/errors.ts';
import { streamEnd, streamHeaderWith } from '../xz/container.ts';
import { paddedSize, type XzBlockPlace, type XzLayout } from '../xz/layout.ts';
import { checkBounds } from './bounds.ts';
import type { FileDevice } from './file-device.ts';
import { type NamelessFile, openNamelessFile } from './nameless-file.ts';

export interface XzDeviceOptions {
  readonly layout: XzLayout;
  /** Absolute path of the program xz. */
  readonly tool: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folder for what is decoded. */
  readonly directory: string;
}

/** What is read from front to back is decoded on all cores, so many bytes at a time at most. */
const mostAhead = 128 * 2 ** 20;
/** Enough for `xz -9`; a hostile file may ask for 4 GiB. */
const memoryLimit = '1GiB';

/**
 * An .xz file of many blocks as a device that is only read. A block is decoded when a byte of it is first asked for,
 * once, into a temporary file; so memory does not grow with what is read, and nothing else of the file is touched.
 * Each block carries a check of its data, which xz compares.
 * @throws PiImageError `source.archive` where a block is damaged
 */
export function openXzDevice(path: string, options: XzDeviceOptions): FileDevice {
  return new OpenXz(path, options);
}

class OpenXz implements FileDevice {
  readonly size: number;
  readonly #path: string;
  readonly #options: XzDeviceOptions;
  readonly #archive: number;
  readonly #decoded: NamelessFile;
  /** Where the data of a block is in the temporary file. */
  readonly #places = new Map<XzBlockPlace, number>();
  #end = 0;
  /** The block behind the last one that was decoded. */
  #following = -1;
  #isOpen = true;

  constructor(path: string, options: XzDeviceOptions) {
    this.size = options.layout.size;
    this.#path = path;
    this.#options = options;
    this.#archive = fs.openSync(path, 'r');
    this.#decoded = openNamelessFile(options.directory, 'ax+');
  }

  readInto(target: Uint8Array, position: number): void {
    checkBounds(this.size, position, target.length, this.#path);
    const { blocks } = this.#options.layout;
    for (let done = 0, index = blockAt(blocks, position); done < target.length; index++) {
      const block = blocks[index];
      if (block === undefined) throw damaged(this.#path, 'its index is wrong');
      const inside = position + done - block.position;
      const length = Math.min(block.size - inside, target.length - done);
      if (length === 0) continue;
      if (!this.#places.has(block)) this.#decode(index);
      const place = (this.#places.get(block) ?? 0) + inside;
      this.#decoded.readInto(target.subarray(done, done + length), place);
      done += length;
    }
  }

  writeFrom(): void {
    throw new TypeError(`${this.#path} was opened for reading only`);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    fs.closeSync(this.#archive);
    this.#decoded.close();
  }

  #decode(first: number): void {
    const { tool, environment } = this.#options;
    const run = this.#runFrom(first, first === this.#following ? availableParallelism() : 1);
    const flags = Uint8Array.of(0, run[0]?.checkType ?? 0);
    const input = Buffer.concat([
      streamHeaderWith(flags),
      ...run.map((block) => this.#compressed(block)),
      streamEnd(run, flags),
    ]);
    const args = ['-dc', '-q', `-T${run.length}`, `--memlimit-decompress=${memoryLimit}`];
    const { status, error, stderr } = spawnSync(tool, args, {
      input,
      stdio: ['pipe', this.#decoded.descriptor, 'pipe'],
      env: { ...environment, XZ_DEFAULTS: undefined, XZ_OPT: undefined, LC_ALL: 'C' },
      windowsHide: true,
    });
    const end = run.reduce((sum, block) => sum + block.size, this.#end);
    if (status !== 0 || fs.fstatSync(this.#decoded.descriptor).size !== end) {
      // What came of it before it failed must not shift what is decoded next.
      fs.ftruncateSync(this.#decoded.descriptor, this.#end);
      const said = `${stderr ?? ''}`.trim().replace(/^.*?\(stdin\): /, '');
      throw damaged(this.#path, said || error?.message);
    }
    for (const block of run) {
      this.#places.set(block, this.#end);
      this.#end += block.size;
    }
    this.#following = first + run.length;
  }

  /** Neighbours that are not decoded yet and have the same kind of check. */
  #runFrom(first: number, most: number): XzBlockPlace[] {
    const run: XzBlockPlace[] = [];
    let total = 0;
    for (const block of this.#options.layout.blocks.slice(first, first + most)) {
      total += block.size;
      const fits = total <= mostAhead && block.checkType === run[0]?.checkType && !this.#places.has(block);
      if (run.length > 0 && !fits) break;
      run.push(block);
    }
    return run;
  }

  #compressed(block: XzBlockPlace): Uint8Array {
    const bytes = Buffer.alloc(paddedSize(block));
    const count = fs.readSync(this.#archive, bytes, 0, bytes.length, block.offset);
    if (count !== bytes.length) throw damaged(this.#path, 'it was cut off meanwhile');
    return bytes;
  }
}

/** Index of the block that holds this position of the data. */
function blockAt(blocks: readonly XzBlockPlace[], position: number): number {
  let [low, high] = [0, blocks.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((blocks[middle]?.position ?? 0) <= position) low = middle;
    else high = middle - 1;
  }
  return low;
}

function damaged(path: string, reason = 'xz gave less than it should'): PiImageError {
  return new PiImageError('source.archive', `${path} cannot be unpacked: ${reason}`, {
    help: 'get the file again; if it stays like that, it was made wrong',
  });
}
