import { open } from 'node:fs/promises';
import { openFileDevice } from '../image/file-device.ts';
import { writeAllNow } from '../image/write-all.ts';
import { EarlyFlush } from '../model/early-flush.ts';
import { type RawSink, writeRaw } from '../output/raw.ts';

/** Copies a raw image into a file that is there and empty, zeros as holes, and has the disk begin with it. */
export async function copyBase(from: string, to: string, signal?: AbortSignal): Promise<void> {
  await using target = await open(to, 'r+');
  const source = openFileDevice(from, { writable: false });
  try {
    const flush = new EarlyFlush(() => target.datasync());
    const sink: RawSink = {
      holdsBase: false,
      resize: (size) => target.truncate(size),
      async write(bytes, position) {
        // Where the thread has nothing else to do, another one to write would only compete with it for the file.
        writeAllNow(target.fd, bytes, position);
        flush.written(bytes.length);
      },
    };
    const content = {
      size: source.size,
      readInto: (bytes: Uint8Array, position: number) => source.readInto(bytes, position),
      dirtyRuns: () => [],
    };
    await writeRaw(content, sink, { digest: false, progress() {}, signal });
    await flush.end();
  } finally {
    source.close();
  }
}
