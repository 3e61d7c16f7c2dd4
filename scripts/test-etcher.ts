/*
 * Has the code of balenaEtcher open and flash every format that pi-image writes, and compares the card byte by byte.
 *
 *   npm run test:etcher
 *
 * etcher-sdk is large and compiles native code, so it is not among the dependencies and nothing installs it by itself:
 *
 *   npm install --prefix scripts/etcher --ignore-scripts
 *   npm rebuild --prefix scripts/etcher @ronomon/direct-io drivelist mountutils     (needs make, g++ and python3)
 *
 * Where node-gyp cannot fetch Node's headers, `--nodedir=/usr` names those of the system.
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { piImage } from './boot/pi-image.ts';
import { flash, isInstalled } from './etcher/flash.ts';

const formats = ['img', 'img.xz', 'img.gz', 'zip'] as const;

if (isInstalled) process.exitCode = await testEtcher();
else console.log('skipped: etcher-sdk is not installed; the head of scripts/test-etcher.ts says how');

async function testEtcher(): Promise<number> {
  const cwd = mkdtempSync(path.join(tmpdir(), 'pi-image-etcher-'));
  const limits = { signal: AbortSignal.timeout(600_000), patience: 1 };
  const env = { SOURCE_DATE_EPOCH: '1700000000', PI_IMAGE_CACHE_DIR: path.join(cwd, 'cache') };
  let failed = 0;
  try {
    for (const format of formats) {
      const name = `kitchen.${format}`;
      await piImage(
        ['build', '--image', 'demo', '--hostname', 'kitchen', '--no-docker', '--checksums', '-o', name],
        { cwd, env, limits },
      );
      const expected = readFileSync(path.join(cwd, 'kitchen.img'));
      const card = path.join(cwd, 'card');
      const flashed = await flash(path.join(cwd, name), card, expected.length).then(
        () => readFileSync(card).equals(expected),
        (error: Error) => error.message,
      );
      const verdict = flashed === true ? 'the same, byte by byte' : flashed || 'differs';
      console.log(
        `${flashed === true ? 'ok' : 'failed'}: ${name} (${statSync(path.join(cwd, name)).size} bytes): ${verdict}`,
      );
      if (flashed !== true) failed++;
    }
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
  console.log(`${formats.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}
