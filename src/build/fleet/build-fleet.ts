import { availableParallelism } from 'node:os';
import path from 'node:path';
import { packageVersion } from '../../content/package-version.ts';
import { builtInCustomizations } from '../../customizations/index.ts';
import type { Device } from '../../fleet/expand.ts';
import { lintModeOf } from '../../lint/after-build.ts';
import { PiImageError } from '../../model/errors.ts';
import type { BuildEvent, DeviceResult } from '../../model/events.ts';
import { runStage } from '../../model/stage.ts';
import { digestOfFile } from '../../output/digest.ts';
import { formatOf } from '../../output/format.ts';
import { checkLevel } from '../../output/level.ts';
import { imageDigest } from '../../source/image-digest.ts';
import type { Spec } from '../../spec/spec.ts';
import { cachePlace } from '../cache-place.ts';
import { openBase } from '../open-base.ts';
import type { Workbench } from '../open-raw.ts';
import type { BuildOptions } from '../options.ts';
import { checked, fillSecrets, planFor, seedFor } from '../prepare.ts';
import { type Download, downloader, downloadsOf, inputsOf, readInputs } from '../read-inputs.ts';
import type { DeviceJob, DeviceOutput, FleetCommon } from './device.ts';
import { fingerprintOf, SecretKeys } from './fingerprint.ts';
import { onceAlike, onceEach } from './once.ts';
import { type Crew, crewOfOne, crewOfThreads } from './threads.ts';

export interface FleetOptions
  extends Omit<BuildOptions, 'output' | 'locate' | 'seed' | 'checksums' | 'blockMap'> {
  /** The same inputs shall give the same bytes: `now` is the build time, and salts derive from settings. @default false */
  readonly reproducible?: boolean;
  /** Devices made at the same time. @default one a core; one, where the format uses all cores itself */
  readonly concurrency?: number;
  /**
   * Keeps a result before its output has its name, so that a run which is killed leaves no output that is not known;
   * awaited, and the device fails with it.
   */
  readonly record?: (result: DeviceResult) => Promise<void>;
  /** What came of devices in an earlier run: an output that is there and made of the same is kept. */
  readonly earlier?: readonly DeviceResult[];
}

/** Everything that is done once, however many devices there are. */
interface Fleet {
  readonly workbench: Workbench;
  /** SHA-256 of the raw base image; hex. */
  readonly sha256: string;
  readonly options: FleetOptions & { readonly now: Date };
  readonly earlier: ReadonlyMap<string, DeviceResult>;
  readonly download: Download;
  readonly keys: SecretKeys;
  /** For advice and findings. */
  readonly tell: (event: BuildEvent) => void;
}

/**
 * Makes an output for each device, out of one base image that is opened and asked once. A device that fails does not
 * keep the others from being made: what came of each is in the results, in the order of the devices. Relative outputs
 * start at the current folder.
 * @throws PiImageError when the base cannot be had; what was made by then stays
 */
export async function buildFleet(
  devices: readonly Device[],
  options: FleetOptions = {},
): Promise<readonly DeviceResult[]> {
  const [first] = devices;
  if (first === undefined) return [];
  lintModeOf(options);
  checkLevel(options.compressionLevel, [...new Set(devices.map(({ output }) => formatOf(output)))]);
  const now = options.now ?? new Date();
  const { signal, onEvent } = options;
  using workbench = await openBase(
    { ...first.spec, directory: options.directory ?? '.' },
    { ...options, now },
  );
  const sha256 = await imageDigest(workbench.base, {
    cacheDirectory: cachePlace(options),
    onEvent,
    signal,
  });
  const secrets = options.secrets && onceEach(options.secrets);
  const fleet: Fleet = {
    workbench,
    sha256,
    options: { ...options, ...(secrets && { secrets }), now },
    earlier: new Map((options.earlier ?? []).map((one) => [path.resolve(one.output), one])),
    download: downloader(options),
    keys: new SecretKeys(),
    tell: onceAlike(onEvent),
  };
  await using crew = hire(devices, fleet);
  const stage = { stage: 'fleet', subject: countOf(devices), total: devices.length, onEvent } as const;
  // Awaited here, or base and crew would be gone before they are done.
  return await runStage(stage, (progress) => eachDevice(devices, fleet, crew, progress));
}

/** Hands take the next device as soon as they are free; an abort ends all. */
async function eachDevice(
  devices: readonly Device[],
  fleet: Fleet,
  crew: Crew,
  progress: (done: number) => void,
): Promise<readonly DeviceResult[]> {
  const results = new Array<DeviceResult>(devices.length);
  const queue = devices.entries();
  let done = 0;
  const work = async (): Promise<void> => {
    for (const [index, device] of queue) {
      fleet.options.signal?.throwIfAborted();
      const result = await resultOf(device, fleet, crew);
      fleet.options.signal?.throwIfAborted();
      results[index] = result;
      fleet.options.onEvent?.({ code: 'device.finished', ...result });
      progress(++done);
    }
  };
  await Promise.all(Array.from({ length: crew.hands }, work));
  return results;
}

async function resultOf(device: Device, fleet: Fleet, crew: Crew): Promise<DeviceResult> {
  const output = path.resolve(device.output);
  const result = { device: device.name, output };
  try {
    const { job, fingerprint, kept } = await prepareDevice(device, output, fleet);
    if (kept) return { ...result, outcome: 'kept', ...kept, fingerprint };
    const made = (output: DeviceOutput) => ({ ...result, outcome: 'made', ...output, fingerprint }) as const;
    const { record } = fleet.options;
    return made(await crew.make(job, async (output) => record?.(made(output))));
  } catch (error) {
    fleet.options.signal?.throwIfAborted();
    return { ...result, outcome: 'failed', error: describe(error) };
  }
}

async function prepareDevice(
  { settings, spec }: Device,
  output: string,
  { workbench, sha256, options, earlier, download, keys, tell }: Fleet,
): Promise<{
  readonly job: DeviceJob;
  readonly fingerprint: string;
  readonly kept: Pick<DeviceResult, 'size' | 'sha256'> | undefined;
}> {
  await fillSecrets(spec, options);
  const customizations = options.customizations ?? builtInCustomizations;
  const paths = [...inputsOf(spec, customizations), ...downloadsOf(spec, customizations)];
  const input = await readInputs(spec, options, download);
  const before = earlier.get(output);
  const ingredients = {
    base: sha256,
    settings: spec.settings,
    inputs: paths.map((asked) => [asked, input(asked)] as const),
    others: othersOf(spec, output, options),
  };
  const fingerprint = await fingerprintOf(ingredients, before?.fingerprint, keys);
  const same = before !== undefined && before.fingerprint === fingerprint;
  const plan = planFor(checked(settings, spec, options), workbench, input, {
    ...options,
    ...(options.reproducible && { seed: seedFor(spec, options.now, options) }),
  });
  for (const advice of plan.advice) tell({ code: 'advice', ...advice });
  const kept = same ? await stillThere(before) : undefined;
  return { job: { plan, output, overwrite: options.overwrite ?? false }, fingerprint, kept };
}

/** What an output depends on besides base, settings and files. */
function othersOf({ enlargement }: Spec, output: string, options: Fleet['options']) {
  const { zeroFree = false, public: isPublic = false, recover = false, reproducible, now } = options;
  const { compressionLevel, lint } = options;
  return {
    version: packageVersion(),
    format: formatOf(output),
    enlargement,
    zeroFree,
    isPublic,
    recover,
    ...(compressionLevel !== undefined && { compressionLevel }),
    ...(lint === 'error' && { lint }),
    ...(reproducible && { now: now.getTime() }),
  };
}

/** An output that is, byte for byte, the one of an earlier run. */
async function stillThere({ output, size, sha256 }: DeviceResult) {
  if (size === undefined || sha256 === undefined) return undefined;
  const found = await digestOfFile(output).catch(() => undefined);
  return found === sha256 ? { size, sha256 } : undefined;
}

function hire(devices: readonly Device[], { workbench, sha256, options, tell }: Fleet): Crew {
  const onEvent = (event: BuildEvent): void => {
    if (event.code === 'finding' || event.code === 'output.waiting') tell(event);
  };
  const common = commonOf(devices, { ...workbench.base, imageSha256: sha256 }, options);
  const crew = { onEvent, signal: options.signal };
  const parallel = devices.every(({ output }) => ['.img', '.pipatch'].includes(formatOf(output)));
  const wanted = options.concurrency ?? (parallel ? availableParallelism() : 1);
  const hands = Math.max(1, Math.min(wanted, devices.length));
  return hands === 1 ? crewOfOne(common, crew) : crewOfThreads(hands, common, crew);
}

/** What is given to all threads. */
function commonOf(
  devices: readonly Device[],
  base: FleetCommon['base'],
  options: Fleet['options'],
): FleetCommon {
  const { cacheDirectory, environment, offline, recover, verify, dockerConfig, zeroFree, now } = options;
  const { enlargement } = devices[0]?.spec ?? {};
  const given = {
    cacheDirectory,
    environment,
    offline,
    recover,
    verify,
    dockerConfig,
    zeroFree,
    public: options.public,
    lint: options.lint,
    compressionLevel: options.compressionLevel,
  };
  const known = Object.entries(given).filter(([, value]) => value !== undefined);
  return {
    base,
    ...(enlargement && { enlargement }),
    checksBase: devices.length > 1 && verify !== 'none',
    // process.env is no plain object, and an environment goes to other threads only as one.
    options: { ...Object.fromEntries(known), ...(environment && { environment: { ...environment } }), now },
  };
}

function describe(error: unknown): NonNullable<DeviceResult['error']> {
  const message = error instanceof Error ? error.message : String(error);
  if (!PiImageError.is(error)) return { code: 'bug', message };
  const { code, help, problems } = error;
  return {
    code,
    message,
    ...(help !== undefined && { help }),
    ...(problems.length > 0 && { problems }),
  };
}

const countOf = ({ length }: readonly Device[]): string => `${length} ${length === 1 ? 'device' : 'devices'}`;
