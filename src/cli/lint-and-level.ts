import type { BuildOptions } from '../build/options.ts';
import type { LintMode } from '../lint/after-build.ts';
import { PiImageError } from '../model/errors.ts';

/** What `build` and `fleet` are told alike. */
export function lintAndLevel({
  lint,
  compressionLevel: text,
}: {
  readonly lint?: LintMode;
  readonly compressionLevel?: string;
}): Pick<BuildOptions, 'lint' | 'compressionLevel'> {
  const mode = lint && { lint };
  if (text === undefined) return { ...mode };
  if (/^\d{1,2}$/.test(text)) return { ...mode, compressionLevel: Number(text) };
  throw new PiImageError('usage.invalid', `--compression-level ${text} is no number from 0 to 19`, {
    help: 'name a level of the format, such as 1 for fast or 9 for small',
  });
}
