import { describe, expect, it } from 'vitest';
import { readableByOthers } from '../../src/cli/private-file.ts';

const mine = process.getuid?.() ?? 0;
const told = (mode: number, uid = mine, file = '/home/me/wifi.secret') =>
  readableByOthers(
    file,
    { mode: 0o100000 | mode, uid } as Parameters<typeof readableByOthers>[1],
    'holds a secret',
  );

describe.skipIf(process.platform === 'win32')('a file with secrets', () => {
  it.each([0o600, 0o400, 0o700])('of mode %o is nobody else’s business', (mode) => {
    expect(told(mode)).toBeUndefined();
  });

  it.each([0o644, 0o640, 0o604, 0o620, 0o610])('of mode %o is told', (mode) => {
    expect(told(mode)).toMatchObject({
      level: 'warning',
      message: expect.stringContaining(`0${mode.toString(8)}`),
    });
  });

  it('of somebody else cannot be changed by this user, as the secrets of container engines', () => {
    expect(told(0o444, mine + 1)).toBeUndefined();
  });

  it('is named so that the command can be pasted', () => {
    expect(told(0o644, mine, "/tmp/it's mine")?.help).toBe("chmod 600 '/tmp/it'\\''s mine'");
  });
});
