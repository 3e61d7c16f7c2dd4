import path from 'node:path';
import { PiImageError } from '../model/errors.ts';
import { imagerTags } from '../release/imager-devices.ts';
import type { ImagerOptions } from '../release/imager-list.ts';

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

function usage(message: string, help: string): PiImageError {
  return new PiImageError('usage.invalid', message, { help });
}
