import { PiImageError } from '../model/errors.ts';
import type { CompressedFormat, OutputFormat } from './format.ts';

interface Levels {
  readonly least: number;
  readonly most: number;
  /** Taken when nobody names one. */
  readonly usual: number;
}

const zlibLevels: Levels = { least: 1, most: 9, usual: 6 };

/** Levels of each format, as the programs of its users count them (xz, gzip, zip, zstd). */
export const levels: Readonly<Record<CompressedFormat, Levels>> = {
  '.img.xz': { least: 0, most: 9, usual: 6 },
  '.img.gz': zlibLevels,
  '.zip': zlibLevels,
  // From 9 to 15 the time grows sixfold and images become 1 % smaller (docs/rationale.md).
  '.img.zst': { least: 1, most: 19, usual: 9 },
};

/** Whether files of a format are compressed at a level that can be chosen. */
export function hasLevel(format: OutputFormat): format is CompressedFormat {
  return format in levels;
}

/**
 * Formats without a level are fine beside one that has it.
 * @throws PiImageError `output.format` for a level that one of the formats does not have, or that none has a use for
 */
export function checkLevel(level: number | undefined, formats: readonly OutputFormat[]): void {
  if (level === undefined) return;
  const compressed = formats.filter(hasLevel);
  if (compressed.length === 0) {
    throw new PiImageError('output.format', `${formats.join(' and ')} has no compression level`, {
      help: `Leave the level out, or write one of ${Object.keys(levels).join(', ')}.`,
    });
  }
  for (const format of compressed) {
    const { least, most, usual } = levels[format];
    if (Number.isInteger(level) && level >= least && level <= most) continue;
    throw new PiImageError('output.format', `${format} has no compression level ${level}`, {
      help: `Name one from ${least} (fast) to ${most} (small), or none for ${usual}.`,
    });
  }
}
