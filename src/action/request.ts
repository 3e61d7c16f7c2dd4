import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { BuildOptions } from '../build/options.ts';
import { readSettings, seedFor } from '../build/prepare.ts';
import { buildTime } from '../cli/build-request.ts';
import { commonOptions } from '../cli/commands/build.ts';
import { type ConfigFile, readConfigFile } from '../cli/config-file.ts';
import { secretReader } from '../cli/secrets.ts';
import { settingsFromFlags } from '../cli/settings-from-flags.ts';
import { PiImageError } from '../model/errors.ts';
import type { OnEvent } from '../model/events.ts';
import { formatOf } from '../output/format.ts';
import { checkLevel } from '../output/level.ts';
import { cameFromFlags, mergeSettings } from '../spec/merge-settings.ts';
import type { ReadSecret } from '../spec/secrets.ts';
import type { Spec } from '../spec/spec.ts';
import type { ActionInputs } from './action-input.ts';
import { plannedOutputs } from './planned-outputs.ts';

export interface RequestContext {
  readonly env: NodeJS.ProcessEnv;
  /** The workspace: where the repository was checked out, and where relative paths start. */
  readonly workspace: string;
  readonly signal: AbortSignal;
  readonly onEvent: OnEvent;
  readonly mask: (secret: string) => void;
}

export interface ActionRequest {
  readonly settings: unknown;
  /** The same, checked. */
  readonly spec: Spec;
  /** Without `output`: those are in `outputs`. */
  readonly options: BuildOptions;
  /** Absolute, at least one. */
  readonly outputs: readonly string[];
}

/** Puts together what the configuration file, the inputs and the environment say; the inputs win. */
export async function actionRequest(inputs: ActionInputs, context: RequestContext): Promise<ActionRequest> {
  const { env, workspace, onEvent, mask } = context;
  const file = await readConfigFile(inputs.config, workspace);
  for (const { text } of file?.literalSecrets ?? []) mask(text);
  for (const advice of file?.advice ?? []) onEvent({ code: 'advice', ...advice });
  // The locale of a runner says nothing about where the Pi will be.
  const sources = { env, directory: workspace, hostCountry: undefined };
  const fromInputs = settingsFromFlags(inputs.flags, sources);
  const settings = mergeSettings(file?.value, fromInputs);
  requireImage(settings, file);
  const directory = file?.directory ?? workspace;
  const epoch = buildTime(env['SOURCE_DATE_EPOCH']);
  const { spec } = readSettings(settings, { locate: locateIn(file, fromInputs) });
  const now = epoch ?? new Date();
  const common = optionsFrom(inputs, context);
  const outputs = plannedOutputs(inputs, { spec, workspace, directory });
  // Each format is built on its own, and the last of them may have no such level.
  checkLevel(common.compressionLevel, outputs.map(formatOf));
  return {
    settings,
    spec,
    outputs,
    options: {
      ...common,
      directory,
      now,
      // Without a seed, the same image in two formats would be two images.
      recordTime: epoch !== undefined,
      seed: epoch ? seedFor(spec, now, { directory }) : randomUUID(),
      locate: locateIn(file, fromInputs),
      secrets: secretsFrom(context, directory),
    },
  };
}

function optionsFrom(
  { flags, cache = false, ...inputs }: ActionInputs,
  { env, workspace, signal, onEvent }: RequestContext,
): BuildOptions {
  const cacheDirectory = flags.cacheDir ?? env['PI_IMAGE_CACHE_DIR'];
  const isRelease = flags.release !== undefined || inputs['release-tag'] !== undefined;
  return {
    ...commonOptions({ ...flags, overwrite: true }, env),
    ...(cacheDirectory && { cacheDirectory: path.resolve(workspace, cacheDirectory) }),
    ...{ environment: env, offline: flags.offline ?? false, recover: flags.recover ?? false },
    ...{ keepDownload: cache, checksums: true, signal, onEvent },
    public: flags.public ?? (isRelease && !inputs['allow-secrets-in-release']),
  };
}

/** Masked as soon as they are read, before anything can be said of them. */
function secretsFrom({ env, onEvent, mask }: RequestContext, directory: string): ReadSecret {
  const read = secretReader({
    env,
    directory,
    input: false,
    onAdvice: (advice) => onEvent({ code: 'advice', ...advice }),
  });
  return async (source, where) => {
    const secret = await read(source, where);
    mask(secret);
    return secret;
  };
}

/** On a command line the default is what most want; in a repository it would be an accident. */
function requireImage(settings: unknown, file: ConfigFile | undefined): void {
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings)) return;
  if ((settings as { image?: unknown }).image !== undefined) return;
  throw new PiImageError('usage.invalid', 'which base image is meant is not said', {
    help: file
      ? 'give the input `image`, or put `image:` into the configuration file'
      : 'give the input `image`, or a pi-image.yaml; was the repository checked out before this step?',
  });
}

function locateIn(
  file: ConfigFile | undefined,
  fromInputs: Readonly<Record<string, unknown>>,
): NonNullable<BuildOptions['locate']> {
  return (place, what) => (cameFromFlags(fromInputs, place) ? undefined : file?.locate(place, what));
}
