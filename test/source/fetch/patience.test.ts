import { describe, expect, it } from 'vitest';
import { PiImageError } from '../../../src/model/errors.ts';
import type { BuildEvent } from '../../../src/model/events.ts';
import { AttemptFailure, statusFailure } from '../../../src/source/fetch/attempt-failure.ts';
import { Retries } from '../../../src/source/fetch/patience.ts';
import { impatience } from '../../fixtures/obtaining.ts';

const [a, b] = [new URL('https://a.example/i'), new URL('https://b.example/i')];
const temporary = (wait?: number): AttemptFailure =>
  new AttemptFailure(new PiImageError('source.http', 'busy'), true, wait);
const final = (message: string): AttemptFailure =>
  new AttemptFailure(new PiImageError('source.http', message), false);

function retries(mirrors: readonly URL[], more: Partial<typeof impatience> = {}) {
  const waits: number[] = [];
  const onEvent = (event: BuildEvent) =>
    event.code === 'download.retry' && waits.push(event.waitMilliseconds);
  return {
    waits,
    policy: new Retries(mirrors, { patience: { ...impatience, attempts: 9, ...more }, onEvent }),
  };
}

describe('Retries', () => {
  it('waits twice as long each time, up to a limit', async () => {
    const { waits, policy } = retries([a], { firstPause: 4, longestPause: 20, random: () => 1 });
    for (let n = 0; n < 5; n++) await policy.failed(temporary());
    expect(waits).toEqual([4, 8, 16, 20, 20]);
  });

  it('spreads the waits of those who were cut off together', async () => {
    const { waits, policy } = retries([a], { firstPause: 8, random: () => 0 });
    await policy.failed(temporary());
    expect(waits).toEqual([4]);
  });

  it('waits as long as the server asks, within reason', async () => {
    const { waits, policy } = retries([a], { longestPause: 20 });
    await policy.failed(temporary(12));
    await policy.failed(temporary(3_600_000));
    expect(waits).toEqual([12, 20]);
  });

  it('goes through all mirrors before it waits', async () => {
    const { waits, policy } = retries([a, b], { firstPause: 4, random: () => 1 });
    const asked = [policy.url];
    for (let n = 0; n < 4; n++) {
      await policy.failed(temporary());
      asked.push(policy.url);
    }
    expect(asked).toEqual([a, b, a, b, a]);
    expect(waits).toEqual([0, 4, 4, 8]);
  });

  it('leaves out a mirror that says no for good', async () => {
    const { policy } = retries([a, b]);
    await policy.failed(final('gone'));
    expect(policy.url).toBe(b);
    await policy.failed(temporary());
    expect(policy.url).toBe(b);
    await expect(policy.failed(final('gone too'))).rejects.toMatchObject({ message: 'gone too' });
  });

  it('gives up after so many failures in a row, and counts anew after progress', async () => {
    const { policy } = retries([a], { attempts: 3 });
    await policy.failed(temporary());
    await policy.failed(temporary());
    await policy.failed(temporary(), true);
    await policy.failed(temporary());
    await expect(policy.failed(temporary())).rejects.toMatchObject({ code: 'source.http', message: 'busy' });
  });
});

describe('statusFailure', () => {
  it.each([
    [408, true],
    [429, true],
    [500, true],
    [503, true],
    [400, false],
    [401, false],
    [403, false],
    [404, false],
    [410, false],
    [204, false],
  ])('takes %i for passing: %s', (status, passing) => {
    expect(statusFailure(a, status, undefined).temporary).toBe(passing);
  });

  it.each([
    ['7', 7000],
    ['0', 0],
    ['soon', undefined],
    [new Date(0).toUTCString(), undefined],
  ])('reads Retry-After %j', (value, wait) => {
    expect(statusFailure(a, 503, value).retryAfter).toBe(wait);
  });

  it('reads a Retry-After that is a date', () => {
    const wait = statusFailure(a, 503, new Date(Date.now() + 90_000).toUTCString()).retryAfter ?? 0;
    expect(wait).toBeGreaterThan(85_000);
    expect(wait).toBeLessThanOrEqual(90_000);
  });
});
