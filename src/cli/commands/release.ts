import path from 'node:path';
import type { BuildOptions } from '../../build/options.ts';
import { buildRelease, type ReleaseResult } from '../../build/release/build-release.ts';
import { PiImageError } from '../../model/errors.ts';
import { imagerTags } from '../../release/imager-devices.ts';
import type { ImagerOptions } from '../../release/imager-list.ts';
import { formatBytes } from '../ui/format.ts';
import { paintFor } from '../ui/paint.ts';
import { printable } from '../ui/problem.ts';
import { redact } from '../ui/redact.ts';
import type { Renderer } from '../ui/renderer.ts';
import { table } from '../ui/table.ts';
import { planAsJson } from './plan-text.ts';

/** What of the options of `build` says how a release is written. */
export interface ReleaseFlags {
  readonly release?: string;
  readonly formats?: string;
  readonly releaseUrl?: string;
  readonly releaseTitle?: string;
  readonly releaseDescription?: string;
  readonly releaseIcon?: string;
  readonly releaseWebsite?: string;
  readonly releaseDevices?: string;
  readonly output?: string;
  readonly public?: boolean;
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

export interface CheckedReleaseFlags {
  readonly folder: string;
  readonly chosen: readonly string[];
  /** Absent without --release-url. */
  readonly imager?: ImagerOptions;
}

const imagerFlags = {
  releaseTitle: '--release-title',
  releaseDescription: '--release-description',
  releaseIcon: '--release-icon',
  releaseWebsite: '--release-website',
  releaseDevices: '--release-devices',
} as const;

/** Undefined without --release. */
export function checkedReleaseFlags(flags: ReleaseFlags): CheckedReleaseFlags | undefined {
  const { release, formats, output, releaseUrl } = flags;
  if (release === undefined) {
    if (formats !== undefined)
      throw usage('--formats says what a --release has in it', 'for one file, end --output in the format');
    const useless = releaseUrl === undefined ? givenImagerFlag(flags) : '--release-url';
    if (useless !== undefined)
      throw usage(`${useless} is for a --release`, 'give --release DIR, or leave it out');
    return undefined;
  }
  if (output !== undefined && path.basename(output) !== output) {
    throw usage(
      `--output ${output} names a folder, and with --release everything goes into ${release}`,
      `give only the name: --output ${path.basename(output)}`,
    );
  }
  const imager = imagerOptions(flags);
  const chosen = formats?.split(',').map((word) => word.trim()) ?? [];
  return { folder: release, chosen, ...(imager && { imager }) };
}

function imagerOptions(flags: ReleaseFlags): ImagerOptions | undefined {
  const { releaseUrl: url, releaseTitle: title, releaseDescription: description } = flags;
  if (url === undefined) {
    const useless = givenImagerFlag(flags);
    if (useless === undefined) return undefined;
    throw usage(`${useless} is for a list with addresses in it`, 'give --release-url too');
  }
  requireAddress('--release-url', url, 'of a folder, such as https://example.org/v1/');
  const { releaseIcon: icon, releaseWebsite: website } = flags;
  if (icon !== undefined) requireAddress('--release-icon', icon, 'of a picture');
  if (website !== undefined) requireAddress('--release-website', website, 'of a page');
  return { url, title, description, icon, website, devices: devicesIn(flags.releaseDevices) };
}

function devicesIn(list: string | undefined): readonly string[] | undefined {
  const tags = list?.split(',').map((word) => word.trim());
  const wrong = tags?.find((tag) => !imagerTags.includes(tag));
  if (wrong === undefined) return tags;
  throw usage(
    `--release-devices: Imager has no board ${JSON.stringify(wrong)}`,
    `it has ${imagerTags.join(', ')}`,
  );
}

function requireAddress(option: string, text: string, what: string): void {
  const url = /^https?:\/\/[^\s?#]+$/.test(text) ? URL.parse(text) : null;
  if (url === null) throw usage(`${option} ${text} is no http address`, `give one ${what}`);
  if (url.username || url.password)
    throw usage(`${option} has a user name or password in it, and is published`, `give an address ${what}`);
}

function givenImagerFlag(flags: ReleaseFlags): string | undefined {
  return Object.entries(imagerFlags).find(
    ([name]) => flags[name as keyof typeof imagerFlags] !== undefined,
  )?.[1];
}

/** `build --release` */
export async function runRelease(
  settings: unknown,
  options: BuildOptions,
  flags: ReleaseFlags & CheckedReleaseFlags,
  renderer: Renderer,
): Promise<void> {
  const result = await buildRelease(settings, {
    ...options,
    folder: flags.folder,
    formats: flags.chosen,
    ...(flags.imager && { imager: flags.imager }),
    public: flags.public ?? true,
  });
  renderer.close();
  if (flags.json) printJson(result);
  else printResult(result, flags.quiet ?? false);
}

function printJson({ plan, edits, manifest: _inItsFile, ...result }: ReleaseResult): void {
  const line = { code: 'result', outcome: 'success', ...result, edits, plan: planAsJson(plan) };
  process.stdout.write(`${redact(JSON.stringify(line))}\n`);
}

function printResult({ path: folder, files }: ReleaseResult, quiet: boolean): void {
  const shown = path.relative(process.cwd(), folder);
  process.stdout.write(`${shown === '' || shown.startsWith('..') ? folder : shown}\n`);
  if (quiet) return;
  const paint = paintFor(process.stderr);
  const rows = files.map(({ name, size, sha256 }) => [printable(name), formatBytes(size), sha256]);
  const lines = [
    table(['file', 'size', 'sha256'], rows).trimEnd(),
    `${paint('green', paint('bold', 'Done'))}: ${files.length} files, of one image`,
  ];
  process.stderr.write(redact(`${lines.join('\n')}\n`));
}

function usage(message: string, help: string): PiImageError {
  return new PiImageError('usage.invalid', message, { help });
}
