import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BuildEvent } from '../../src/model/events.ts';
import { recall } from '../../src/source/cache/known.ts';
import type { SourceContext } from '../../src/source/context.ts';
import { askPublisher, parseDigestList } from '../../src/source/publisher.ts';
import { obtainRemote } from '../../src/source/remote.ts';
import { type ImageServer, imageServer } from '../fixtures/image-server.ts';
import { noise, sha256Of, someImage, sourceContext } from '../fixtures/obtaining.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';

const root = temporaryDirectory();
let count = 0;
const freshContext = (more: Partial<SourceContext> = {}): SourceContext =>
  sourceContext(path.join(root, `cache-${count++}`), more);

const image = someImage();

/** An image of the catalogue that nobody knows the digest of, from ask to cache. */
async function obtain(server: ImageServer, context: SourceContext, witness?: string) {
  const mirrors = [server.url];
  const pin = await askPublisher(mirrors, witness, context);
  return obtainRemote({ name: 'image', title: 'An image', mirrors, pin }, context);
}

const trust = (events: readonly BuildEvent[]) => events.filter(({ code }) => code === 'base.trusted');

describe('an image whose digest only its publisher knows', () => {
  it('is checked against what the publisher says, which is remembered', async () => {
    const server = await imageServer({ body: image });
    server.others.set('/image.bin.sha256', `${server.sha256}  image.bin\n`);
    const events: BuildEvent[] = [];
    const context = freshContext({ onEvent: (event) => events.push(event) });
    const base = await obtain(server, context);
    expect(base.sha256).toBe(server.sha256);
    expect(trust(events)).toMatchObject([
      { by: 'publisher', sha256: server.sha256, message: expect.stringMatching(/127\.0\.0\.1.*remembered/) },
    ]);

    server.others.set('/image.bin.sha256', `${'0'.repeat(64)}  image.bin\n`);
    expect(await obtain(server, { ...context, offline: true })).toEqual(base);
    expect(trust(events)[1]).toMatchObject({ by: 'remembered' });
  });

  it('is not believed to be what it was not on first use', async () => {
    const server = await imageServer({ body: image, always: { body: noise(700_001) } });
    server.others.set('/image.bin.sha256', `${server.sha256}  image.bin\n`);
    const context = freshContext();
    await expect(obtain(server, context)).rejects.toMatchObject({ code: 'source.checksum' });
    expect(await recall(context.cache, server.url.href)).toBeUndefined();
  });

  it('is refused when it contradicts the one other source', async () => {
    const server = await imageServer({ body: image });
    server.others.set('/image.bin.sha256', server.sha256);
    await expect(obtain(server, freshContext(), sha256Of(noise(1)))).rejects.toMatchObject({
      code: 'source.checksum',
      help: expect.stringMatching(/--sha256/),
    });
    expect(server.requests).toEqual([]);
    expect(await obtain(server, freshContext(), server.sha256)).toMatchObject({ sha256: server.sha256 });
  });

  it.each([
    ['says nothing', undefined, /404/],
    ['says something else', '<p>Hello', /no SHA-256/],
    ['talks without end', 'x'.repeat(100_000), /65536 bytes/],
  ])('cannot be had when the publisher %s', async (_what, text, says) => {
    const server = await imageServer({ body: image });
    if (text !== undefined) server.others.set('/image.bin.sha256', text);
    await expect(obtain(server, freshContext())).rejects.toMatchObject({
      code: 'source.http',
      message: expect.stringMatching(says),
    });
  });

  it('is not asked for offline', async () => {
    const server = await imageServer({ body: image });
    await expect(obtain(server, freshContext({ offline: true }))).rejects.toMatchObject({
      code: 'source.offline',
    });
  });
});

describe('an image that is pinned by the digest of what is inside', () => {
  it('is checked when it is unpacked', async () => {
    const server = await imageServer({ body: image });
    const inside = { by: 'pinned-image', of: 'image', origin: 'a digest' } as const;
    const remote = { name: 'image', title: 'An image', mirrors: [server.url] };
    const right = await obtainRemote(
      { ...remote, pin: { ...inside, sha256: sha256Of(image) } },
      freshContext(),
    );
    expect(right).toMatchObject({ imageSha256: sha256Of(image), sha256: server.sha256 });
    const wrong = obtainRemote({ ...remote, pin: { ...inside, sha256: '0'.repeat(64) } }, freshContext());
    await expect(wrong).rejects.toMatchObject({ code: 'source.checksum' });
  });
});

describe('parseDigestList', () => {
  const digest = sha256Of(noise(1));
  const other = sha256Of(noise(2));
  it.each([
    ['one line of sha256sum', `${digest}  image.zip\n`, digest],
    ['binary mode', `${digest} *image.zip\n`, digest],
    ['a bare digest', digest, digest],
    ['capitals', `${digest.toUpperCase()}  IMAGE.ZIP\r\n`, digest],
    ['a path', `${digest}  build/image.zip\n`, digest],
    ['a list', `${other}  other.zip\n${digest}  image.zip\n`, digest],
    ['a list without it', `${other}  other.zip\n${digest}  more.zip\n`, undefined],
    ['another kind of digest', `${digest.slice(0, 40)}  image.zip\n`, undefined],
    ['too many digits', `${digest}0  image.zip\n`, undefined],
    ['nothing', '', undefined],
  ])('reads %s', (_what, text, expected) => {
    expect(parseDigestList(text, 'image.zip')).toBe(expected);
  });
});
