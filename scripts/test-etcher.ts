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
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { piImage } from './boot/pi-image.ts';
import { flash, isInstalled } from './etcher/flash.ts';

interface Case {
  readonly output: string;
  readonly flags?: readonly string[];
  /** Only what is in use is flashed: the rest of a new card stays zero. */
  readonly mapped?: true;
}

const cases: readonly Case[] = [
  ...['img', 'img.xz', 'img.gz', 'zip'].map((format) => ({ output: `kitchen.${format}` })),
  { output: 'zeroed.zip', flags: ['--zero-free'] },
  { output: 'mapped.zip', flags: ['--bmap'], mapped: true },
];

const unpackers: Readonly<Record<string, readonly [string, ...string[]]>> = {
  '.xz': ['xz', '-dc', ''],
  '.gz': ['gzip', '-dc', ''],
  '.zip': ['unzip', '-p', '', '*.img'],
};

if (isInstalled) process.exitCode = await testEtcher();
else console.log('skipped: etcher-sdk is not installed; the head of scripts/test-etcher.ts says how');

async function testEtcher(): Promise<number> {
  const cwd = mkdtempSync(path.join(tmpdir(), 'pi-image-etcher-'));
  const limits = { signal: AbortSignal.timeout(600_000), patience: 1 };
  const env = { SOURCE_DATE_EPOCH: '1700000000', PI_IMAGE_CACHE_DIR: path.join(cwd, 'cache') };
  let failed = 0;
  try {
    for (const { output, flags = [], mapped } of cases) {
      const options = ['--hostname', 'kitchen', '--no-docker', '--checksums', ...flags, '-o', output];
      await piImage(['build', '--image', 'demo', ...options], { cwd, env, limits });
      const raw = unpacked(path.join(cwd, output));
      const expected = mapped
        ? onlyMapped(raw, readFileSync(path.join(cwd, `${output}.bmap`), 'utf8'))
        : { bytes: raw, used: raw.length };
      const card = path.join(cwd, 'card');
      const flashed = await flash(path.join(cwd, output), card, raw.length).then(
        (written) => verdictOn(readFileSync(card).equals(expected.bytes), written, expected.used),
        (error: Error) => ({ ok: false, said: error.message }),
      );
      const size = statSync(path.join(cwd, output)).size;
      console.log(`${flashed.ok ? 'ok' : 'failed'}: ${output} (${size} bytes): ${flashed.said}`);
      if (!flashed.ok) failed++;
    }
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
  console.log(`${cases.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

function verdictOn(isSame: boolean, written: number, most: number): Verdict {
  if (!isSame) return { ok: false, said: 'differs' };
  const said = `the same, byte by byte; ${written} bytes written`;
  return written <= most ? { ok: true, said } : { ok: false, said: `${said}, and ${most} are in use` };
}

interface Verdict {
  readonly ok: boolean;
  readonly said: string;
}

/** The image in a file, by other programs than ours. */
function unpacked(file: string): Buffer {
  const [program, ...args] = unpackers[path.extname(file)] ?? ['cat', file];
  return execFileSync(program, [...args.map((word) => (word === '' ? file : word))], { maxBuffer: 2 ** 31 });
}

/** With zeros where a block map has nothing, and how many bytes it has. */
function onlyMapped(image: Buffer, map: string): { readonly bytes: Buffer; readonly used: number } {
  const bytes = Buffer.alloc(image.length);
  const block = Number(/<BlockSize>\s*(\d+)/.exec(map)?.[1]);
  let used = 0;
  for (const [, first, last = first] of map.matchAll(/<Range[^>]*>\s*(\d+)(?:-(\d+))?/g)) {
    const [from, to] = [Number(first) * block, Math.min((Number(last) + 1) * block, image.length)];
    image.copy(bytes, from, from, to);
    used += to - from;
  }
  if (used === 0) throw new Error('the block map is empty');
  return { bytes, used };
}
