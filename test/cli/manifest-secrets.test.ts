import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ManifestSecretOptions, manifestSecrets } from '../../src/cli/manifest-secrets.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';

const directory = temporaryDirectory();
const manifest = {
  secrets: [
    { setting: 'user.password', environment: 'PI_IMAGE_SECRET_USER_PASSWORD' },
    { setting: 'files.0.content', environment: 'PI_IMAGE_SECRET_FILES_0_CONTENT' },
  ],
};
const read = (more: Partial<ManifestSecretOptions>) =>
  manifestSecrets(manifest, { env: {}, given: [], directory, input: false, onAdvice: () => {}, ...more });

describe('manifestSecrets', () => {
  it('takes the first line of files and whole variables, and of a content all', async () => {
    fs.writeFileSync(path.join(directory, 'one'), 'first\nsecond\n', { mode: 0o600 });
    const given = ['user.password=one', 'files.0.content=one'];
    expect(Object.fromEntries(await read({ given }))).toEqual({
      'user.password': 'first',
      'files.0.content': 'first\nsecond\n',
    });
    const env = { PI_IMAGE_SECRET_USER_PASSWORD: 'a=b', PI_IMAGE_SECRET_FILES_0_CONTENT: 'x\n' };
    expect(Object.fromEntries(await read({ env }))).toEqual({
      'user.password': 'a=b',
      'files.0.content': 'x\n',
    });
    expect((await read({ env, given })).get('user.password')).toBe('first');
  });

  it('names all that are missing at once', async () => {
    await expect(read({})).rejects.toMatchObject({
      code: 'spec.secret',
      problems: [
        { message: expect.stringContaining('PI_IMAGE_SECRET_USER_PASSWORD') },
        { message: expect.stringContaining('--secret files.0.content=FILE') },
      ],
    });
  });

  it.each([
    ['no place', ['Kanarie-9217'], 'usage.invalid'],
    ['a place that asks for none', ['wifi.password=Kanarie-9217'], 'usage.invalid'],
    ['a file that is not there', ['user.password=none', 'files.0.content=none'], 'spec.secret'],
  ])('refuses a --secret with %s, and repeats no value of it', async (_what, given, code) => {
    const failure = await read({ given }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code });
    expect(JSON.stringify([failure, String(failure)])).not.toContain('Kanarie');
  });
});
