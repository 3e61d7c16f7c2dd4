import { PiImageError } from '../../model/errors.ts';

export interface DecodeContext {
  /** The archive as errors call it. */
  readonly subject: string;
  /** Where all of the archive lies, if it does: then it can be looked into before. */
  readonly file?: string;
  /** For finding tools by PATH. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  /** Milliseconds after which a decoder that does nothing is given up. @default a minute */
  readonly silence?: number;
}

/**
 * Archive in, raw image out, as both stream by. Damage is `source.archive`, and is told even when only the very
 * end is missing; errors of the incoming stream come out as they are.
 */
export type Decode = (
  archive: AsyncIterable<Uint8Array>,
  context: DecodeContext,
) => AsyncIterable<Uint8Array>;

export function damaged(subject: string, reason: string, cause?: unknown): PiImageError {
  return new PiImageError('source.archive', `${subject} cannot be unpacked: ${reason}`, {
    help: 'get the file again; if it stays like that, it was made wrong',
    ...(cause !== undefined && { cause }),
  });
}

/** Whether an error says that an archive is damaged, and nothing else. */
export function isDamage(error: unknown): boolean {
  return PiImageError.is(error) && error.code === 'source.archive';
}

export function isZlibError(error: unknown): error is Error {
  return String((error as NodeJS.ErrnoException | null)?.code).startsWith('Z_');
}
