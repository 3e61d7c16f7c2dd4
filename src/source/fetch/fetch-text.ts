import { AttemptFailure, uselessAnswer } from './attempt-failure.ts';
import type { Connection } from './connection.ts';
import { Retries, type RetriesOptions } from './patience.ts';

/** A small text from the first mirror that has it. */
export async function fetchText(
  mirrors: readonly URL[],
  limit: number,
  connection: Connection,
  options: RetriesOptions,
): Promise<string> {
  const { signal } = options;
  const retries = new Retries(mirrors, options);
  for (;;) {
    const { url } = retries;
    try {
      const { body } = await connection.get(url, { ...(signal && { signal }) });
      const chunks: Uint8Array[] = [];
      let size = 0;
      for await (const chunk of body) {
        size += chunk.length;
        if (size > limit) throw uselessAnswer(url, `answers with more than ${limit} bytes`);
        chunks.push(chunk);
      }
      return Buffer.concat(chunks).toString('utf8');
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof AttemptFailure)) throw error;
      await retries.failed(error);
    }
  }
}
