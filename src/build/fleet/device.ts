import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type BaseReport, CheckedBase, checkBase } from '../../image/check/checked-base.ts';
import type { BlockDevice } from '../../image/device.ts';
import { type FileDevice, openFileDevice } from '../../image/file-device.ts';
import { ReadAhead } from '../../image/read-ahead.ts';
import type { DeviceResult } from '../../model/events.ts';
import type { Plan } from '../../model/plan.ts';
import { writeFailure } from '../../model/write-failure.ts';
import { checkOutput } from '../../output/check-output.ts';
import { hasLevel } from '../../output/level.ts';
import type { Base } from '../../source/base.ts';
import { cachePlace } from '../cache-place.ts';
import { carryOut } from '../carry-out.ts';
import { codeStoreFor } from '../code-store.ts';
import { type FinishedImage, finishImage } from '../finish.ts';
import { type Enlargement, openRaw } from '../open-raw.ts';
import type { BuildOptions } from '../options.ts';

/** What all devices of a fleet have in common. Plain data, so that it can go to another thread. */
export interface FleetCommon {
  readonly base: Base;
  /** There are devices enough for the check of each to build upon one of the base. */
  readonly checksBase: boolean;
  readonly enlargement?: Enlargement;
  readonly options: Pick<
    BuildOptions,
    | 'cacheDirectory'
    | 'environment'
    | 'offline'
    | 'recover'
    | 'overwrite'
    | 'verify'
    | 'dockerConfig'
    | 'public'
    | 'zeroFree'
    | 'lint'
    | 'compressionLevel'
  > & { readonly now: Date };
}

/** What one device needs besides; plain data too. */
export interface DeviceJob {
  readonly plan: Plan;
  /** Absolute. */
  readonly output: string;
  /** Replace an output that is there. */
  readonly overwrite: boolean;
}

export type DeviceOutput = Required<Pick<DeviceResult, 'size' | 'sha256'>>;

/** What one thread has for all its devices. */
export class OpenFleet implements Disposable {
  readonly common: FleetCommon;
  readonly device: BlockDevice;
  readonly #file: FileDevice;
  #checked: CheckedBase | undefined;

  constructor(common: FleetCommon) {
    this.common = common;
    this.#file = openFileDevice(common.base.path, { writable: false });
    this.device = new ReadAhead(this.#file);
  }

  /** What the check of the base found, where that of each device is to build upon it. */
  get checked(): CheckedBase | undefined {
    return this.#checked;
  }

  check(): BaseReport {
    return checkBase(this.device);
  }

  /** `report` is what `check` says, here or in another thread. */
  buildUpon(report: BaseReport): void {
    this.#checked = new CheckedBase(report, this.device);
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}

export interface DeviceEvents extends Pick<BuildOptions, 'onEvent' | 'signal'> {
  /** Awaited before the output has its name. */
  readonly onReady: (output: DeviceOutput) => Promise<void>;
}

/** Makes the output of one device of a fleet; its folder is made where it is missing. */
export async function makeDevice(
  { plan, output, overwrite }: DeviceJob,
  { common, device, checked: checkedBase }: OpenFleet,
  { onReady, ...events }: DeviceEvents,
): Promise<DeviceOutput> {
  const { base, enlargement, options } = common;
  const folder = path.dirname(output);
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw writeFailure(folder, error);
  });
  const { environment = {}, verify = 'written', compressionLevel } = options;
  const checked = await checkOutput(output, { overwrite, base: base.path, environment });
  // Devices may have patches beside images.
  const level = hasLevel(checked.format) ? compressionLevel : undefined;
  const atHand = { device, os: plan.os };
  using bench = await openRaw(base, { ...(enlargement && { enlargement }) }, options, atHand);
  const { edits } = await carryOut({ ...bench, plan }, { ...options, ...events });
  const finished = await finishImage(
    {
      base,
      device,
      checked: checkedBase,
      overlay: bench.overlay,
      edits,
      isPrivate: plan.sensitive,
      output: checked,
    },
    {
      checksums: false,
      digest: true,
      verify,
      level,
      store: options.zeroFree ? undefined : codeStoreFor(base, options),
      blockMap: false,
      cacheDirectory: cachePlace(options),
      zeroFree: options.zeroFree ?? false,
      onReady: (ready) => onReady(outputOf(ready)),
      now: options.now,
      environment,
      onEvent: events.onEvent,
      signal: events.signal,
    },
  );
  return outputOf(finished);
}

function outputOf({ path: file, size, sha256 }: FinishedImage): DeviceOutput {
  if (sha256 === undefined) throw new Error(`the digest of ${file} was not computed`);
  return { size, sha256 };
}
