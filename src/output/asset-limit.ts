import { PiImageError } from '../model/errors.ts';
import type { OutputFormat } from './format.ts';

/** GitHub takes files of a release that have less than 2 GiB. */
export const gitHubLimit = 2 ** 31;

export interface Asset {
  readonly name: string;
  readonly format: OutputFormat;
  /** Bytes. */
  readonly size: number;
}

/** @throws PiImageError `output.too-large` for a file of `limit` bytes or more */
export function requireSmall({ name, format, size }: Asset, limit: number, isZeroFree: boolean): void {
  if (size < limit) return;
  throw new PiImageError(
    'output.too-large',
    `${name} has ${inGiB(size)}, and a file of a GitHub release has to have less than ${inGiB(limit)}`,
    { help: adviceFor(format, isZeroFree) },
  );
}

function adviceFor(format: OutputFormat, isZeroFree: boolean): string {
  if (format === '.img') return 'leave img out of --formats: img.xz is the smallest';
  const first =
    format === '.img.xz' || format === '.pipatch' ? [] : ['take the format img.xz, which is smaller'];
  const second =
    isZeroFree || format === '.pipatch' ? [] : ['add --zero-free, so that nothing of deleted files is left'];
  const last = 'start from a smaller base image, such as a lite one, or put less into it';
  const patch = format === '.pipatch' ? [] : ['publish what differs from the base image: --formats pipatch'];
  return [...first, ...second, ...patch, last].join('; or ');
}

const inGiB = (size: number): string => `${Math.ceil((size / 2 ** 30) * 100) / 100} GiB`;
