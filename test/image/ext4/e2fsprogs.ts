import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BlockDevice } from '../../../src/image/device.ts';

/** The tools are in a place that is not everybody's PATH. */
function tool(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/sbin', '/sbin'];
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
}

const tools = { mke2fs: tool('mke2fs'), e2fsck: tool('e2fsck'), debugfs: tool('debugfs') };
export const hasE2fsprogs = Object.values(tools).every((found) => found !== undefined);

/** A device in memory that a test can also hand to a tool. */
export interface MemoryDevice extends BlockDevice {
  readonly bytes: Uint8Array;
}

export function memoryDevice(bytes: Uint8Array): MemoryDevice {
  const check = (position: number, length: number): void => {
    if (!(position >= 0 && position + length <= bytes.length)) throw new RangeError(`outside: ${position}`);
  };
  return {
    bytes,
    size: bytes.length,
    readInto(target, position) {
      check(position, target.length);
      target.set(bytes.subarray(position, position + target.length));
    },
    writeFrom(source, position) {
      check(position, source.length);
      bytes.set(source, position);
    },
  };
}

/** Of all test images, so that the same test sees the same bytes every time. */
const uuid = '5a17ab1e-0000-4000-8000-000000000001';

export interface ImageOptions {
  readonly size: number;
  /** As `mke2fs -O` takes them. */
  readonly features: string;
  readonly options?: readonly string[];
  /** As `mke2fs -E` takes them. */
  readonly extended?: readonly string[];
  /** Byte that the disk is full of before. @default 0 */
  readonly before?: number;
  /** A folder that the image is filled from. */
  readonly from?: string;
}

export class Workplace {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'ext4-'));
  #count = 0;

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  file(name: string): string {
    return path.join(this.folder, name);
  }

  /** Bytes of a new image; undefined when this mke2fs does not know one of the features. */
  make({
    size,
    features,
    options = [],
    extended = [],
    before = 0,
    from,
  }: ImageOptions): Uint8Array | undefined {
    const file = this.file(`image-${this.#count++}`);
    writeFileSync(file, before === 0 ? '' : Buffer.alloc(size, before));
    truncateSync(file, size);
    const fill = from === undefined ? [] : ['-d', from];
    const fixed = ['-U', uuid, '-E', [`hash_seed=${uuid}`, ...extended].join(',')];
    const result = spawnSync(
      tools.mke2fs!,
      ['-q', '-F', '-t', 'ext4', '-O', features, ...fixed, ...options, ...fill, file],
      { encoding: 'utf8', env: { ...process.env, E2FSPROGS_FAKE_TIME: '1620396000' } },
    );
    if (result.status !== 0) return undefined;
    const bytes = new Uint8Array(readFileSync(file));
    rmSync(file);
    return bytes;
  }

  /** What `e2fsck -fn` finds wrong; empty for a clean file system. */
  check(bytes: Uint8Array): string {
    const file = this.#write(bytes);
    const { status, stdout, stderr } = spawnSync(tools.e2fsck!, ['-fn', file], { encoding: 'utf8' });
    rmSync(file);
    return status === 0 ? '' : `${status}: ${stdout}${stderr}`;
  }

  /** Has e2fsck change an image: `-fD` to index directories. */
  rebuild(bytes: Uint8Array, ...flags: string[]): Uint8Array {
    const file = this.#write(bytes);
    spawnSync(tools.e2fsck!, ['-y', ...flags, file], { encoding: 'utf8' });
    const out = new Uint8Array(readFileSync(file));
    rmSync(file);
    return out;
  }

  /** What debugfs prints for each request. */
  debug(bytes: Uint8Array, requests: readonly string[], flags: readonly string[] = []): string {
    const file = this.#write(bytes);
    const input = requests.map((request) => `${request}\n`).join('');
    const out = execFileSync(tools.debugfs!, [...flags, '-f', '-', file], {
      encoding: 'utf8',
      input,
      stdio: 'pipe',
    });
    if (flags.includes('-w')) bytes.set(readFileSync(file));
    rmSync(file);
    return out;
  }

  #write(bytes: Uint8Array): string {
    const file = this.file(`check-${this.#count++}`);
    writeSparse(file, bytes);
    return file;
  }
}

const pieceSize = 64 * 1024;
const zeros = Buffer.alloc(pieceSize);

/** Images in tests are mostly empty. */
function writeSparse(file: string, bytes: Uint8Array): void {
  const descriptor = openSync(file, 'w');
  ftruncateSync(descriptor, bytes.length);
  for (let at = 0; at < bytes.length; at += pieceSize) {
    const piece = bytes.subarray(at, at + pieceSize);
    if (zeros.compare(piece, 0, piece.length, 0, piece.length) !== 0)
      writeSync(descriptor, piece, 0, piece.length, at);
  }
  closeSync(descriptor);
}
