import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { requireSpace } from '../../../src/source/cache/space.ts';
import { cacheFailure } from '../../../src/source/cache/write-failure.ts';
import { givenPin } from '../../../src/source/pin.ts';
import { obtainRemote } from '../../../src/source/remote.ts';
import { imageServer } from '../../fixtures/image-server.ts';
import { noise, sha256Of, sourceContext } from '../../fixtures/obtaining.ts';
import { temporaryDirectory } from '../../fixtures/temporary-directory.ts';

const folder = temporaryDirectory();

describe('free space', () => {
  it('is looked at before a download begins', async () => {
    const body = noise(100_000);
    const server = await imageServer({ body });
    const image = { name: 'x', title: 'A huge image', mirrors: [server.url], pin: givenPin(sha256Of(body)) };
    const run = obtainRemote({ ...image, imageSize: 2 ** 50 }, sourceContext(path.join(folder, 'cache')));
    await expect(run).rejects.toMatchObject({
      code: 'output.no-space',
      message: expect.stringMatching(/A huge image needs 1125899\.91 GB .*cache, where .* [MG]B are free/),
      help: expect.stringMatching(/cache clear/),
    });
  });

  it('is enough when it is', async () => {
    await requireSpace(folder, 1, 'It');
  });
});

describe('a write that fails', () => {
  const failure = (code: string): unknown => Object.assign(new Error(`${code}: no`), { code });
  it.each([
    ['ENOSPC', 'output.no-space'],
    ['EDQUOT', 'output.no-space'],
    ['EFBIG', 'output.no-space'],
    ['EACCES', 'output.permission'],
    ['EROFS', 'output.permission'],
  ])('by %s is %s, with the place and a way out', (code, expected) => {
    expect(cacheFailure('/home/me/cache', failure(code))).toMatchObject({
      code: expected,
      message: expect.stringContaining('/home/me/cache'),
      help: expect.stringMatching(/--cache-dir/),
    });
  });

  it('for another reason stays what it is', () => {
    const bug = new TypeError('x is not a function');
    expect(cacheFailure('/c', bug)).toBe(bug);
    const odd = failure('EBADF');
    expect(cacheFailure('/c', odd)).toBe(odd);
    const foreign = Object.assign(failure('EACCES') as Error, { path: '/home/me/kitchen.img.xz' });
    expect(cacheFailure('/c', foreign)).toBe(foreign);
    expect(cacheFailure('/home/me/c', Object.assign(foreign, { path: '/home/me' }))).not.toBe(foreign);
  });
});
