import { expect, it } from 'vitest';
import { fingerprintOf, SecretKeys } from '../../../src/build/fleet/fingerprint.ts';
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

it('derives the same secrets once, and never confuses what they are for', async () => {
  const keys = new SecretKeys();
  const one = await fingerprintOf(withSecret('correct horse'), undefined, keys);
  expect(await fingerprintOf(withSecret('correct horse'), undefined, keys)).toBe(one);
  const [, salt] = one.split(':');
  const others = [
    { ...withSecret('correct horse'), base: 'cd' },
    { ...plain, settings: { user: { password: { secret: 1 } } } },
    { ...plain, settings: { user: { name: Secret.of('correct horse') } } },
  ];
  const all = [one, ...(await Promise.all(others.map((other) => fingerprintOf(other, undefined, keys))))];
  expect(new Set(all).size).toBe(4);
  expect(all.filter((text) => text.includes(salt!))).toHaveLength(3);
  const two = { user: { password: Secret.of('a'), name: Secret.of('b') } };
  const swapped = { user: { password: Secret.of('b'), name: Secret.of('a') } };
  const [first, second] = [two, swapped].map((settings) => fingerprintOf({ ...plain, settings }, one, keys));
  expect(await first).not.toBe(await second);
});
