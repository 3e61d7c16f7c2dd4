import path from 'node:path';
import { PiImageError } from '../model/errors.ts';
import { shown } from '../transfer/address.ts';
import { recall, remember } from './cache/known.ts';
import type { SourceContext } from './context.ts';
import { Connection } from './fetch/connection.ts';
import { fetchText } from './fetch/fetch-text.ts';
import { type Pin, publisherPin, rememberedPin } from './pin.ts';

/** A line of sha256sum with its file name; a whole list would still be far below this many bytes. */
const listLimit = 64 * 1024;

/**
 * The digest that a publisher gives for a file, from the `.sha256` beside it. It is asked for once, and what it
 * said then is what counts from then on (see `keepPublisherPin`), so a change at the publisher's does not go unseen.
 *
 * `witness`: a digest that one place alone has told us. Not enough to pin an image, but a contradiction is told.
 */
export async function askPublisher(
  mirrors: readonly URL[],
  witness: string | undefined,
  context: SourceContext,
): Promise<Pin> {
  const [first] = mirrors;
  if (!first) throw new Error('an image needs an address');
  const known = await recall(context.cache, first.href);
  if (known) return rememberedPin(known.sha256, known.since);
  if (context.offline) throw offline(path.posix.basename(first.pathname));

  using connection = await Connection.open(context.environment, context.patience.stall);
  const beside = mirrors.map((url) => new URL(`${url.href}.sha256`));
  const text = await fetchText(beside, listLimit, connection, context);
  const sha256 = parseDigestList(text, path.posix.basename(first.pathname));
  if (sha256 === undefined) {
    throw new PiImageError('source.http', `${shown(beside[0] ?? first)} holds no SHA-256 of the image`, {
      help: 'look it up at the publisher and give it with --sha256',
    });
  }
  if (witness !== undefined && witness !== sha256) {
    throw new PiImageError(
      'source.checksum',
      `${first.host} says that the SHA-256 of ${shown(first)} is ${sha256}, but it is known to be ${witness}`,
      { help: 'if you know that the publisher is right, give that digest with --sha256' },
    );
  }
  return publisherPin(sha256, first.host);
}

/** Remembers what the publisher said, once a download has proved to fit. */
export async function keepPublisherPin(
  mirrors: readonly URL[],
  pin: Pin,
  { cache }: SourceContext,
): Promise<void> {
  const [first] = mirrors;
  if (pin.by === 'publisher' && first) await remember(cache, first.href, pin.sha256);
}

export function offline(title: string): PiImageError {
  return new PiImageError(
    'source.offline',
    `${title} is not in the cache, and --offline forbids to fetch it`,
    {
      help: 'run it once without --offline, or give the path of a file that you have',
    },
  );
}

/** The digest of `name` in the output of sha256sum, or the only one there is. */
export function parseDigestList(text: string, name: string): string | undefined {
  const lines = text.split('\n').flatMap((line) => {
    const match = /^\\?([0-9a-f]{64})(?:[ \t]+\*?(.*?))?\s*$/i.exec(line);
    return match ? [{ sha256: (match[1] ?? '').toLowerCase(), file: match[2] ?? '' }] : [];
  });
  const named = lines.find(({ file }) => path.posix.basename(file) === name);
  return named?.sha256 ?? (lines.length === 1 ? lines[0]?.sha256 : undefined);
}
