import fs from 'node:fs';
import * as fatfs from 'js-fatfs';
import { checkBounds } from '../bounds.ts';
import type { BlockDevice } from '../device.ts';
import { sectorSize } from './bpb.ts';
import { fatClock, writeBrokenDownTime } from './clock.ts';
import { wasmFile } from './wasm-file.ts';
import {
  compile,
  instantiate,
  type WasmImports,
  type WasmInstance,
  type WasmMemory,
  type WasmModule,
} from './web-assembly.ts';

const freeCountOffset = 488;

/** A private instance of FatFs over one device at a time. */
export interface FatHost {
  readonly ff: fatfs.FatFs;
  /** While set, FatFs sees the free-cluster count of this sector as unknown, and counts by itself. */
  hiddenCountSector: number | undefined;
  /** What the device threw since the last call; FatFs itself passes on only that something failed. */
  takeDeviceError(): unknown;
  /** From now on it is over this device; nothing may be mounted. */
  attach(device: BlockDevice, now: () => Date): void;
}

interface EmscriptenHooks {
  readonly instantiateWasm: (
    imports: { readonly a: WasmImports },
    done: (instance: WasmInstance, module: WasmModule) => void,
  ) => WasmInstance['exports'];
  readonly print: () => void;
  readonly printErr: () => void;
}

/**
 * Loads FatFs (https://elm-chan.org/fsw/ff/) with its own memory, the clock given and no way to print.
 * The names of imports and exports are those of the minified build of js-fatfs 0.2.1, hence the exact pin.
 */
export async function createHost(device: BlockDevice, now: () => Date): Promise<FatHost> {
  let attached = { device, clock: fatClock(now) };
  let deviceError: unknown;
  let memory: WasmMemory | undefined;
  const guarded = (position: number, length: number, transfer: () => void): number => {
    try {
      checkBounds(attached.device.size, position, length, 'the FAT file system');
      transfer();
      return fatfs.RES_OK;
    } catch (error) {
      deviceError ??= error;
      return fatfs.RES_ERROR;
    }
  };
  const bytesAt = (ff: fatfs.FatFs, pointer: number, count: number) =>
    ff.HEAPU8.subarray(pointer, pointer + count * sectorSize);

  const hooks: EmscriptenHooks = {
    instantiateWasm(imports, done) {
      const a: WasmImports = {
        ...imports.a,
        i: () => attached.clock(),
        f: (low = 0, high = 0, pointer = 0) => {
          if (memory !== undefined) writeBrokenDownTime(memory, pointer, high * 2 ** 32 + (low >>> 0));
        },
        h: () => undefined,
      };
      const wasm = wasmModule();
      const instance = instantiate(wasm, { a });
      memory = instance.exports['j'] as WasmMemory;
      done(instance, wasm);
      return instance.exports;
    },
    print: () => undefined,
    printErr: () => undefined,
  };
  const diskio: fatfs.DiskIO = {
    initialize: () => 0,
    status: () => 0,
    read: (ff, _drive, pointer, sector, count) => {
      const position = (sector >>> 0) * sectorSize;
      return guarded(position, count * sectorSize, () => {
        const bytes = bytesAt(ff, pointer, count);
        attached.device.readInto(bytes, position);
        if (host.hiddenCountSector === sector) bytes.fill(0xff, freeCountOffset, freeCountOffset + 4);
      });
    },
    write: (ff, _drive, pointer, sector, count) => {
      const position = (sector >>> 0) * sectorSize;
      return guarded(position, count * sectorSize, () =>
        attached.device.writeFrom(bytesAt(ff, pointer, count), position),
      );
    },
    ioctl: (ff, _drive, command, pointer) => {
      if (command === fatfs.CTRL_SYNC) return fatfs.RES_OK;
      const sectors = Math.floor(attached.device.size / sectorSize);
      if (command === fatfs.GET_SECTOR_COUNT) ff.setValue(pointer, sectors, 'i32');
      else if (command === fatfs.GET_SECTOR_SIZE) ff.setValue(pointer, sectorSize, 'i16');
      else if (command === fatfs.GET_BLOCK_SIZE) ff.setValue(pointer, 1, 'i32');
      else return fatfs.RES_PARERR;
      return fatfs.RES_OK;
    },
  };
  const options = { diskio, codepage: 437, ...hooks };
  const host: FatHost = {
    ff: await fatfs.create(options),
    hiddenCountSector: undefined,
    takeDeviceError() {
      const error = deviceError;
      deviceError = undefined;
      return error;
    },
    attach(next, time) {
      attached = { device: next, clock: fatClock(time) };
      deviceError = undefined;
    },
  };
  return host;
}

let compiled: WasmModule | undefined;

/** Compiled once for all volumes of the process; each has its own memory. */
function wasmModule(): WasmModule {
  compiled ??= compile(fs.readFileSync(wasmFile()));
  return compiled;
}
