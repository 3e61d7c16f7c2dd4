import * as fatfs from 'js-fatfs';
import type { ByteSource } from '../../model/content.ts';
import { bytesSource } from '../../model/content.ts';
import { PiImageError } from '../../model/errors.ts';
import type { BlockDevice } from '../device.ts';
import { type FatGeometry, sectorSize } from './bpb.ts';
import { secondsOf } from './clock.ts';
import { createHost, type FatHost } from './host.ts';
import { nameFault } from './name.ts';
import { damaged, resultError } from './result.ts';
import { checkMounted, entryOnDevice } from './structures.ts';

export interface FatEntry {
  readonly kind: 'file' | 'directory';
  /** In a listing as stored; asked for by path, a long name has the case of the path. */
  readonly name: string;
  /** Tells entries of one directory apart, whichever of its names an entry was asked for by. */
  readonly shortName: string;
  readonly size: number;
  readonly readOnly: boolean;
  readonly mtime: number;
}

const pieceSize = 64 * 1024;
/** Left by volumes that were closed. Each has 16 MiB of memory, which would pile up until somebody collects it. */
const idle: FatHost[] = [];
const mostIdle = 2;
const attributeOffset = 11;

/** In place of the instance that a closed volume had: that one may belong to another volume by now. */
const closed: FatHost = {
  get ff(): never {
    throw new TypeError('the FAT file system was closed');
  },
  hiddenCountSector: undefined,
  takeDeviceError: () => undefined,
  attach: () => undefined,
};

/**
 * FatFs with its pointers and result codes turned into calls and errors. It trusts its callers: paths are checked,
 * and what is not allowed was refused before.
 */
export class FatFileSystem {
  #host: FatHost;
  readonly #device: BlockDevice;
  readonly #geometry: FatGeometry;
  readonly #volume: number;
  readonly #info: number;
  /** A file being read and one being written: the content to write may come from this volume. */
  readonly #reading: { readonly file: number; readonly buffer: number };
  readonly #writing: { readonly file: number; readonly buffer: number };
  readonly #count: number;

  private constructor(host: FatHost, device: BlockDevice, geometry: FatGeometry) {
    const { ff } = host;
    this.#host = host;
    this.#device = device;
    this.#geometry = geometry;
    this.#volume = ff.malloc(fatfs.sizeof_FATFS);
    this.#info = ff.malloc(fatfs.sizeof_FILINFO);
    this.#reading = { file: ff.malloc(fatfs.sizeof_FIL), buffer: ff.malloc(pieceSize) };
    this.#writing = { file: ff.malloc(fatfs.sizeof_FIL), buffer: ff.malloc(pieceSize) };
    this.#count = ff.malloc(8);
  }

  /** `device` is exactly the volume; `geometry` was read from it. */
  static async mount(device: BlockDevice, geometry: FatGeometry, now: () => Date): Promise<FatFileSystem> {
    const host = idle.pop() ?? (await createHost(device, now));
    host.attach(device, now);
    const files = new FatFileSystem(host, device, geometry);
    files.#mount();
    return files;
  }

  /** Leaves FatFs to the next volume; nothing may be asked of this one any more. */
  close(): void {
    const host = this.#host;
    if (host === closed) return;
    this.#host = closed;
    const { ff } = host;
    const isLeft = ff.f_unmount('') === fatfs.FR_OK;
    for (const { file, buffer } of [this.#reading, this.#writing]) {
      ff.free(file);
      ff.free(buffer);
    }
    for (const piece of [this.#volume, this.#info, this.#count]) ff.free(piece);
    if (isLeft && idle.length < mostIdle) idle.push(host);
  }

  get #ff(): fatfs.FatFs {
    return this.#host.ff;
  }

  stat(path: string): FatEntry | undefined {
    if (path === '/')
      return { kind: 'directory', name: '', shortName: '', size: 0, readOnly: false, mtime: 0 };
    const result = this.#ff.f_stat(path, this.#info);
    if (result === fatfs.FR_NO_FILE || result === fatfs.FR_NO_PATH) return undefined;
    this.#check(result, 'read', path);
    return this.#entry();
  }

  list(path: string): readonly FatEntry[] {
    const directory = this.#ff.malloc(fatfs.sizeof_DIR);
    try {
      this.#check(this.#ff.f_opendir(directory, path), 'listed', path);
      const entries: FatEntry[] = [];
      for (;;) {
        this.#check(this.#ff.f_readdir(directory, this.#info), 'listed', path);
        const entry = this.#entry();
        if (entry.name === '') return entries;
        if (entry.name.includes('/') || nameFault(entry.name) !== undefined) {
          throw damaged(`the directory ${path} holds the impossible name ${JSON.stringify(entry.name)}`);
        }
        entries.push(entry);
      }
    } finally {
      this.#ff.free(directory);
    }
  }

  /** Fills `target` from `position` of the file, which has that many bytes. */
  read(path: string, target: Uint8Array, position: number): void {
    const { file, buffer } = this.#reading;
    this.#check(this.#ff.f_open(file, path, fatfs.FA_READ), 'opened', path);
    try {
      this.#check(this.#ff.f_lseek(file, position), 'read', path);
      for (let done = 0; done < target.length; ) {
        const wanted = Math.min(pieceSize, target.length - done);
        this.#check(this.#ff.f_read(file, buffer, wanted, this.#count), 'read', path);
        const got = this.#counted();
        if (got === 0) throw damaged(`${path} ends before its size`);
        target.set(this.#ff.HEAPU8.subarray(buffer, buffer + got), done);
        done += got;
      }
    } finally {
      this.#ff.f_close(file);
    }
  }

  /** A new file, or on failure none. */
  create(path: string, content: ByteSource): void {
    this.freeClusters();
    this.#check(
      this.#ff.f_open(this.#writing.file, path, fatfs.FA_WRITE | fatfs.FA_CREATE_NEW),
      'created',
      path,
    );
    try {
      this.#fill(path, content);
    } catch (error) {
      this.#ff.f_unlink(path);
      this.#host.takeDeviceError();
      throw error;
    }
  }

  /** New content for a file that keeps its name, attributes and date of creation; on failure `backup` returns. */
  replace(path: string, content: ByteSource, backup: Uint8Array | undefined): void {
    this.freeClusters();
    const open = () => this.#check(this.#ff.f_open(this.#writing.file, path, fatfs.FA_WRITE), 'opened', path);
    open();
    this.#check(this.#ff.f_truncate(this.#writing.file), 'replaced', path);
    try {
      this.#fill(path, content);
    } catch (error) {
      this.#host.takeDeviceError();
      if (backup === undefined) {
        this.#ff.f_unlink(path);
        throw error;
      }
      open();
      this.#check(this.#ff.f_truncate(this.#writing.file), 'restored', path);
      this.#fill(path, bytesSource(backup));
      throw error;
    }
  }

  makeDirectory(path: string): void {
    this.freeClusters();
    this.#check(this.#ff.f_mkdir(path), 'created', path);
  }

  remove(path: string, entry: FatEntry): void {
    this.freeClusters();
    if (entry.readOnly && entry.kind === 'directory') {
      throw new PiImageError('image.not-supported', `the directory ${path} is marked read-only`, {
        help: 'Leave it where it is; its content can be removed.',
      });
    }
    if (entry.readOnly) this.#setReadOnly(path, false);
    this.#check(this.#ff.f_unlink(path), 'removed', path);
  }

  rename(from: string, to: string): void {
    this.freeClusters();
    this.#check(this.#ff.f_rename(from, to), 'renamed', to);
  }

  /** Runs `change` on a file whose read-only attribute, if it has one, is off for that long, as for root on Linux. */
  withoutReadOnly(path: string, entry: FatEntry, change: () => void): void {
    if (!entry.readOnly) {
      change();
      return;
    }
    this.#setReadOnly(path, false);
    try {
      change();
    } finally {
      if (this.stat(path) !== undefined) this.#setReadOnly(path, true);
    }
  }

  /** Counts once and keeps the sum; from then on FatFs writes it to the volume with each change. */
  freeClusters(): number {
    const volume = this.#count + 4;
    this.#check(this.#ff.f_getfree('', this.#count, volume), 'measured', 'the boot partition');
    return this.#counted();
  }

  /** Writes all of `content` to the open file and closes it in any case. */
  #fill(path: string, content: ByteSource): void {
    const { file, buffer } = this.#writing;
    let closed = false;
    try {
      const piece = new Uint8Array(Math.min(pieceSize, content.size));
      for (let done = 0; done < content.size; done += piece.length) {
        const bytes = piece.subarray(0, Math.min(piece.length, content.size - done));
        content.readInto(bytes, done);
        this.#ff.HEAPU8.set(bytes, buffer);
        this.#check(this.#ff.f_write(file, buffer, bytes.length, this.#count), 'written', path);
        // A full disk is no error to FatFs, only a short count. The room was asked for, so this is a wrong table.
        if (this.#counted() < bytes.length)
          throw damaged(`${path} does not fit, though there was room for it`);
      }
      closed = true;
      this.#check(this.#ff.f_close(file), 'written', path);
    } finally {
      if (!closed) this.#ff.f_close(file);
    }
  }

  /** FatFs can do it, but this build of it has no call for that: the attribute is changed where it lies. */
  #setReadOnly(path: string, value: boolean): void {
    const { file } = this.#reading;
    this.#check(this.#ff.f_open(file, path, fatfs.FA_READ), 'opened', path);
    const { sector, offset } = entryOnDevice(this.#ff, this.#volume, file);
    this.#ff.f_close(file);
    const bytes = new Uint8Array(sectorSize);
    this.#device.readInto(bytes, sector * sectorSize);
    const old = bytes[offset + attributeOffset] ?? 0;
    bytes[offset + attributeOffset] = value ? old | fatfs.AM_RDO : old & ~fatfs.AM_RDO;
    this.#device.writeFrom(bytes, sector * sectorSize);
    // FatFs still has the sector as it was; mounting again makes it forget that.
    this.#mount();
    this.freeClusters();
  }

  #mount(): void {
    // A free-cluster count that was wrong before would stay wrong: FatFs shall count for itself.
    this.#host.hiddenCountSector = this.#geometry.fsInfoSector || undefined;
    this.#check(this.#ff.f_mount(this.#volume, '', 1), 'mounted', 'the boot partition');
    this.#host.hiddenCountSector = undefined;
    checkMounted(this.#ff, this.#volume, this.#geometry);
  }

  #entry(): FatEntry {
    const ff = this.#ff;
    const attributes = ff.FILINFO_fattrib(this.#info);
    const name = ff.FILINFO_fname(this.#info);
    return {
      kind: (attributes & fatfs.AM_DIR) === 0 ? 'file' : 'directory',
      name,
      shortName: ff.FILINFO_altname(this.#info) || name,
      size: ff.FILINFO_fsize(this.#info),
      readOnly: (attributes & fatfs.AM_RDO) !== 0,
      mtime: secondsOf(ff.FILINFO_fdate(this.#info), ff.FILINFO_ftime(this.#info)),
    };
  }

  #counted(): number {
    return this.#ff.getValue(this.#count, 'i32') >>> 0;
  }

  #check(result: number, action: string, path: string): void {
    const cause = this.#host.takeDeviceError();
    if (result !== fatfs.FR_OK) throw resultError(result, action, path, cause);
  }
}
