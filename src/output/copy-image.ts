import fs from 'node:fs';
import { promisify } from 'node:util';
import { EarlyFlush } from '../model/early-flush.ts';
import type { ImageContent } from './content.ts';
import { type RawSink, writeRaw } from './raw.ts';

/** Copies a raw image into a file that is there and empty, zeros as holes, and has the disk begin with it. */
export async function copyImage(from: string, to: string): Promise<void> {
  const source = fs.openSync(from, 'r');
  try {
    const target = fs.openSync(to, 'r+');
    try {
      const flush = new EarlyFlush(() => promisify(fs.fdatasync)(target));
      await writeRaw(contentOf(source), sinkInto(target, flush), { digest: false, progress() {} });
      await flush.end();
    } finally {
      fs.closeSync(target);
    }
  } finally {
    fs.closeSync(source);
  }
}

function contentOf(file: number): ImageContent {
  return {
    size: fs.fstatSync(file).size,
    readInto(bytes, position) {
      for (let done = 0; done < bytes.length; ) {
        const count = fs.readSync(file, bytes, done, bytes.length - done, position + done);
        if (count === 0) throw new Error('the image became shorter while it was copied');
        done += count;
      }
    },
    dirtyRuns: () => [],
  };
}

function sinkInto(file: number, flush: EarlyFlush): RawSink {
  return {
    holdsBase: false,
    async write(bytes, position) {
      for (let done = 0; done < bytes.length; ) {
        done += fs.writeSync(file, bytes, done, bytes.length - done, position + done);
      }
      flush.written(bytes.length);
    },
    async resize(size) {
      fs.ftruncateSync(file, size);
    },
  };
}
