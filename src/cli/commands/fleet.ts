import { mkdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { buildFleet } from '../../build/fleet/build-fleet.ts';
import { builtInCustomizations } from '../../customizations/index.ts';
import { parseCsvList } from '../../fleet/csv.ts';
import type { DeviceList } from '../../fleet/device-list.ts';
import { type Device, expandFleet } from '../../fleet/expand.ts';
import { parseShard, shareOf } from '../../fleet/shard.ts';
import { parseYamlList } from '../../fleet/yaml-list.ts';
import type { LintMode } from '../../lint/after-build.ts';
import { PiImageError } from '../../model/errors.ts';
import type { Advice } from '../../model/plan.ts';
import { writeFailure } from '../../model/write-failure.ts';
import { buildTime } from '../build-request.ts';
import { readConfigFile } from '../config-file.ts';
import { defaultResultsFile, openResultsFile } from '../fleet-results-file.ts';
import { lintAndLevel } from '../lint-and-level.ts';
import { type OpenFlags, openOptions } from '../open-options.ts';
import type { ProgramContext } from '../program.ts';
import { secretReader } from '../secrets.ts';
import { hide } from '../ui/redact.ts';
import { chooseRenderer, type Renderer } from '../ui/renderer.ts';
import { reportFleet } from './fleet-text.ts';

interface FleetFlags extends OpenFlags {
  readonly output?: string;
  readonly shard?: string;
  readonly jobs?: string;
  readonly results?: string;
  readonly overwrite?: boolean;
  readonly verify?: 'written' | 'full' | false;
  readonly zeroFree?: boolean;
  readonly public?: boolean;
  readonly lint?: LintMode;
  readonly compressionLevel?: string;
  readonly input?: boolean;
}

export async function runFleet(
  file: string,
  config: string | undefined,
  flags: FleetFlags,
  { signal }: ProgramContext,
): Promise<void> {
  const shard = flags.shard === undefined ? undefined : parseShard(flags.shard);
  const concurrency = flags.jobs === undefined ? undefined : jobsOf(flags.jobs);
  const renderer = chooseRenderer(flags, process.stderr, process.env);
  try {
    const request = await fleetRequest(file, config, flags.output, renderer);
    const devices = shard ? shareOf(request.devices, shard) : request.devices;
    const place = path.resolve(flags.results ?? defaultResultsFile(request.pattern, shard));
    await makeFolder(path.dirname(place));
    const results = await openResultsFile(place);
    const now = buildTime(process.env['SOURCE_DATE_EPOCH']);
    const made = await buildFleet(devices, {
      ...openOptions(flags, renderer, signal),
      directory: request.directory,
      now: now ?? new Date(),
      reproducible: now !== undefined,
      recordTime: true,
      secrets: secretReader({
        env: process.env,
        directory: request.directory,
        input: flags.input !== false && !flags.json,
        onAdvice: (advice: Advice) => renderer.event({ code: 'advice', ...advice }),
      }),
      overwrite: flags.overwrite ?? false,
      verify: flags.verify === false ? 'none' : (flags.verify ?? 'written'),
      zeroFree: flags.zeroFree ?? false,
      public: flags.public ?? false,
      ...lintAndLevel(flags),
      dockerConfig: path.join(process.env['DOCKER_CONFIG'] ?? path.join(homedir(), '.docker'), 'config.json'),
      earlier: results.earlier,
      record: (result) => results.record(result),
      ...(concurrency !== undefined && { concurrency }),
    });
    await results.finish(made);
    renderer.close();
    await reportFleet(made, results.path, flags);
  } finally {
    renderer.close();
  }
}

interface FleetRequest {
  readonly devices: readonly Device[];
  /** Of the outputs, relative to the current folder. */
  readonly pattern: string;
  /** Folder that relative paths in the settings start at. */
  readonly directory: string;
}

async function fleetRequest(
  file: string,
  config: string | undefined,
  output: string | undefined,
  renderer: Renderer,
): Promise<FleetRequest> {
  const list = await readList(file);
  if (list.base && config !== undefined) {
    throw new PiImageError(
      'usage.invalid',
      `${file} has settings for all devices (\`base\`), and ${config} too`,
      {
        help: 'leave one of them out',
      },
    );
  }
  const here = process.cwd();
  const found = list.base ? undefined : await readConfigFile(config, here);
  for (const { text } of found?.literalSecrets ?? []) hide(text);
  for (const advice of found?.advice ?? []) renderer.event({ code: 'advice', ...advice });
  const directory = list.base ? path.dirname(path.resolve(here, file)) : (found?.directory ?? here);
  const base = list.base ?? found ?? { value: {}, locate: () => undefined };
  const pattern = output ?? patternOf(base.value, directory);
  const devices = expandFleet({ list, base, output: pattern, customizations: builtInCustomizations });
  return { devices, pattern, directory };
}

async function readList(file: string): Promise<DeviceList> {
  const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === 'ENOENT' ? 'does not exist' : `cannot be read: ${cause.message}`;
    throw new PiImageError('spec.missing', `the list of devices ${file} ${reason}`, { cause });
  });
  if (/\.(csv|tsv)$/i.test(file)) return parseCsvList(bytes, file);
  if (!/\.(ya?ml|json)$/i.test(file)) {
    throw new PiImageError('usage.invalid', `the list of devices ${file} is neither .csv nor .yaml`);
  }
  const { list, literalSecrets } = parseYamlList(bytes.toString('utf8'), file, builtInCustomizations);
  for (const { text } of literalSecrets) hide(text);
  return list;
}

/** An output in a file is relative to that file. */
function patternOf(settings: unknown, directory: string): string {
  const { output } = (settings ?? {}) as { readonly output?: unknown };
  if (typeof output === 'string') return path.join(path.relative(process.cwd(), directory), output);
  throw new PiImageError('usage.invalid', 'nothing says where the outputs go', {
    help: "name a pattern: -o 'out/{{hostname}}.pipatch', or `output` in the settings that all devices share",
  });
}

function jobsOf(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new PiImageError('usage.invalid', `--jobs ${text} is not a number of devices from 1 to 999`);
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw writeFailure(folder, error);
  });
}
