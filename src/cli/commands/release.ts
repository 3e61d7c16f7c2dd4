import path from 'node:path';
import type { BuildOptions } from '../../build/options.ts';
import { buildRelease, type ReleaseResult } from '../../build/release/build-release.ts';
import type { CheckedReleaseFlags, ReleaseFlags } from '../release-flags.ts';
import { formatBytes } from '../ui/format.ts';
import { paintFor } from '../ui/paint.ts';
import { printable } from '../ui/problem.ts';
import { redact } from '../ui/redact.ts';
import type { Renderer } from '../ui/renderer.ts';
import { table } from '../ui/table.ts';
import { planAsJson } from './plan-text.ts';

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
