import { expect, it } from 'vitest';
import { fingerprintOf } from '../../../src/build/fleet/fingerprint.ts';
import { Secret } from '../../../src/model/secret.ts';

const plain = { base: 'ab', settings: { hostname: 'kitchen' }, inputs: [], others: { zeroFree: false } };
const withSecret = (text: string) => ({ ...plain, settings: { user: { password: Secret.of(text) } } });

it('is the same for the same, and another for anything else', async () => {
  const one = await fingerprintOf(plain);
  expect(one).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(await fingerprintOf({ ...plain })).toBe(one);
  for (const other of [
    { ...plain, base: 'cd' },
    { ...plain, settings: { hostname: 'attic' } },
    { ...plain, others: { zeroFree: true } },
  ])
    expect(await fingerprintOf(other)).not.toBe(one);
});

it('covers the content of files', async () => {
  const file = (text: string) =>
    [['x', { kind: 'file', path: '/x', size: 1, mode: 0o644, bytes: Buffer.from(text) }]] as const;
  const one = await fingerprintOf({ ...plain, inputs: file('a') });
  expect(await fingerprintOf({ ...plain, inputs: file('a') })).toBe(one);
  expect(await fingerprintOf({ ...plain, inputs: file('b') })).not.toBe(one);
});

it('covers secrets by a slow and salted digest, which only an earlier one makes comparable', async () => {
  const one = await fingerprintOf(withSecret('correct horse'));
  expect(one).toMatch(/^scrypt:[0-9a-f]{32}:[0-9a-f]{64}$/);
  expect(await fingerprintOf(withSecret('correct horse'))).not.toBe(one);
  expect(await fingerprintOf(withSecret('correct horse'), one)).toBe(one);
  expect(await fingerprintOf(withSecret('battery staple'), one)).not.toBe(one);
  expect(await fingerprintOf(withSecret('correct horse'), 'scrypt:zz:')).toMatch(/^scrypt:[0-9a-f]{32}:/);
});
