import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { SideWork } from '../../model/side-work.ts';
import { type SourceContext, startStage } from '../context.ts';
import { fileChunks } from '../file-chunks.ts';
import type { Format } from '../format.ts';
import { decoders, type WrittenImage, writeRawImage } from './unpack.ts';

export interface FileToUnpack {
  readonly path: string;
  /** The archive as errors call it. */
  readonly subject: string;
  readonly format: Format;
  /** A file that does not exist yet. */
  readonly to: string;
  /** Also compute the SHA-256 of the raw image. */
  readonly hash: boolean;
  /** Where it is waited for that all is on the disk. @default at once */
  readonly toDisk?: SideWork;
}

/**
 * Unpacks an archive that lies in a file; an archive that only its owner can read becomes an image that only its owner
 * can read. Progress counts bytes of the archive; of a .zip, those of the image.
 */
export async function unpackFile(file: FileToUnpack, context: SourceContext): Promise<WrittenImage> {
  const title = path.basename(file.subject);
  const { size, mode } = await stat(file.path);
  const options = { ...file, isPrivate: (mode & 0o077) === 0, copy: context.copy };
  if (file.format === 'zip') {
    const { openZip } = await import('./zip.ts');
    const zip = await openZip(file.path, { ...context, subject: file.subject });
    try {
      const stage = startStage(context.onEvent, 'unpack', title, zip.size);
      const image = await writeRawImage(file.to, abortable(zip.content(), context.signal), {
        ...options,
        onProgress: (done) => stage.progress(done),
      });
      stage.finish(image.size);
      return image;
    } finally {
      zip.close();
    }
  }
  const stage = startStage(context.onEvent, 'unpack', title, size);
  const archive = fileChunks(file.path, {
    subject: file.subject,
    onProgress: (done) => stage.progress(done),
  });
  const content = decoders[file.format](archive, { ...context, subject: file.subject, file: file.path });
  const image = await writeRawImage(file.to, abortable(content, context.signal), options);
  stage.finish(image.size);
  return image;
}

/** Ends a stream between two pieces when the work is given up. */
async function* abortable(
  content: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    signal?.throwIfAborted();
    yield chunk;
  }
}
