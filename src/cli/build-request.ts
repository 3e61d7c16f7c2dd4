import type { PlanOptions } from '../build/options.ts';
import { readSettings, seedFor } from '../build/prepare.ts';
import { PiImageError } from '../model/errors.ts';
import type { Advice } from '../model/plan.ts';
import { cameFromFlags, mergeSettings } from '../spec/merge-settings.ts';
import type { Locate } from '../spec/parse.ts';
import { readConfigFile } from './config-file.ts';
import { hostCountry } from './host-country.ts';
import { type OpenFlags, openOptions } from './open-options.ts';
import { secretReader } from './secrets.ts';
import { type BuildFlags, settingsFromFlags } from './settings-from-flags.ts';
import { hide } from './ui/redact.ts';
import type { Renderer } from './ui/renderer.ts';

/** The options that `build` and `plan` share. */
export interface RequestFlags extends BuildFlags, OpenFlags {
  readonly input?: boolean;
}

export interface BuildRequest {
  readonly settings: unknown;
  readonly options: PlanOptions;
}

interface RequestContext {
  /** Take no file that was not named, and guess no country. @default false */
  readonly onlyAsked?: boolean;
}

/** Puts together what the configuration file, the options and the environment say. */
export async function buildRequest(
  config: string | undefined,
  flags: RequestFlags,
  renderer: Renderer,
  signal: AbortSignal,
  { onlyAsked = false }: RequestContext = {},
): Promise<BuildRequest> {
  const env = process.env;
  const here = process.cwd();
  const onAdvice = (advice: Advice): void => renderer.event({ code: 'advice', ...advice });
  const file = config === undefined && onlyAsked ? undefined : await readConfigFile(config, here);
  for (const { text } of file?.literalSecrets ?? []) hide(text);
  file?.advice.forEach(onAdvice);
  const fromFlags = settingsFromFlags(flags, {
    env,
    directory: here,
    hostCountry: onlyAsked || hasCountry(file?.value) ? undefined : hostCountry(env, process.platform),
  });
  const settings = mergeSettings(file?.value, fromFlags);
  const directory = file?.directory ?? here;
  const locate = locateOutsideFlags(file?.locate, fromFlags);
  const now = buildTime(env['SOURCE_DATE_EPOCH']);
  return {
    settings,
    options: {
      ...openOptions(flags, renderer, signal),
      now: now ?? new Date(),
      directory,
      locate,
      secrets: secretReader({
        env,
        directory,
        input: flags.input !== false && !flags.json,
        onAdvice,
      }),
      ...(now && {
        seed: seedFor(readSettings(settings, { locate }).spec, now, { directory }),
        recordTime: true,
      }),
    },
  };
}

/** The moment that reproducible-builds.org's variable names, in seconds since 1970. */
export function buildTime(epoch: string | undefined): Date | undefined {
  if (epoch === undefined || epoch === '') return undefined;
  if (/^\d{1,11}$/.test(epoch)) return new Date(Number(epoch) * 1000);
  throw new PiImageError(
    'usage.invalid',
    `SOURCE_DATE_EPOCH is "${epoch}", which is not a number of seconds since 1970`,
  );
}

function hasCountry(value: unknown): boolean {
  const wifi = (value as { wifi?: { country?: unknown } } | null | undefined)?.wifi;
  return wifi?.country !== undefined;
}

function locateOutsideFlags(locate: Locate | undefined, flags: Readonly<Record<string, unknown>>): Locate {
  return (path, what) => (cameFromFlags(flags, path) ? undefined : locate?.(path, what));
}
