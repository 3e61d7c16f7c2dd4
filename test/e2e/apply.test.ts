import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { cli, workFolder } from './cli.ts';

const env = { SOURCE_DATE_EPOCH: '1700000000' };

test('build writes a patch, and apply makes of it the image of a direct build', async () => {
  const cwd = await workFolder();
  const run = (...args: string[]) => cli(args, { cwd, env });
  const build = ['build', '--image', 'demo', '--no-docker', '--hostname', 'kitchen', '-o'];
  expect(await run(...build, 'direct.img')).toMatchObject({ exitCode: 0 });
  const patched = await run(...build, 'kitchen.pipatch');
  expect(patched).toMatchObject({ exitCode: 0, stdout: 'kitchen.pipatch' });
  expect(patched.stderr).toContain('pi-image apply');
  const applied = await run('apply', 'demo', 'kitchen.pipatch', '-o', 'applied.img', '--json');
  expect(applied.exitCode).toBe(0);
  expect(JSON.parse(applied.stdout.split('\n').at(-1) ?? '')).toMatchObject({
    outcome: 'success',
    path: path.join(cwd, 'applied.img'),
  });
  const read = (name: string) => readFileSync(path.join(cwd, name));
  expect(read('applied.img').equals(read('direct.img'))).toBe(true);

  expect(await run('apply', 'direct.img', 'kitchen.pipatch', '-o', 'other.img')).toMatchObject({
    exitCode: 5,
    stderr: expect.stringContaining('SHA-256'),
  });
});
