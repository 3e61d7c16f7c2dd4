import path from 'node:path';
import type { BuildOptions } from '../../build/options.ts';
import { buildRelease, type ReleaseResult } from '../../build/release/build-release.ts';
import { PiImageError } from '../../model/errors.ts';
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
  readonly output?: string;
  readonly public?: boolean;
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

interface CheckedReleaseFlags {
  readonly folder: string;
  readonly chosen: readonly string[];
  /** Absent without --release-url. */
  readonly url?: string;
  readonly title?: string;
}

/** Undefined without --release. */
export function checkedReleaseFlags({
  release,
  formats,
  output,
  releaseUrl: url,
  releaseTitle: title,
}: ReleaseFlags): CheckedReleaseFlags | undefined {
  if (release === undefined) {
    if (formats !== undefined)
      throw usage('--formats says what a --release has in it', 'for one file, end --output in the format');
    if (url !== undefined || title !== undefined)
      throw usage(
        '--release-url and --release-title are for a --release',
        'give --release DIR, or leave them out',
      );
    return undefined;
  }
  if (output !== undefined && path.basename(output) !== output) {
    throw usage(
      `--output ${output} names a folder, and with --release everything goes into ${release}`,
      `give only the name: --output ${path.basename(output)}`,
    );
  }
  if (url !== undefined && !/^https?:\/\/[^\s?#]+$/.test(url))
    throw usage(`--release-url ${url} is no http address of a folder`, 'such as https://example.org/v1/');
  if (title !== undefined && url === undefined)
    throw usage('--release-title is for a list with addresses in it', 'give --release-url too');
  const chosen = formats?.split(',').map((word) => word.trim()) ?? [];
  return {
    folder: release,
    chosen,
    ...(url !== undefined && { url }),
    ...(title !== undefined && { title }),
  };
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
    ...(flags.url !== undefined && { url: flags.url }),
    ...(flags.title !== undefined && { title: flags.title }),
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
