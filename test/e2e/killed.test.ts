import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { cli, workFolder } from './cli.ts';

const formats = ['out.img', 'out.img.gz', 'out.zip'] as const;
const seed = 20240506;
const moments = 20;

const build = (output: string) => [
  'build',
  '--image',
  'demo',
  '--hostname',
  'kitchen',
  '-o',
  output,
  '--checksums',
  '--quiet',
];
const env = { SOURCE_DATE_EPOCH: '1700000000' };
const whole = new Map<string, string>();
/** Milliseconds that a build takes here and now. */
let duration = 0;

const digest = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

/** Numbers from 0 to 1, the same in every run. */
function* random(): Generator<number, never> {
  for (let counter = 0; ; counter++) {
    yield createHash('sha256').update(`${seed} ${counter}`).digest().readUInt32LE() / 2 ** 32;
  }
}

/** As if minutes had passed: what was touched just now would be watched for some seconds before it counts as left behind. */
async function passTime(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) await utimes(path.join(entry.parentPath, entry.name), 1e9, 1e9);
  }
}

beforeAll(async () => {
  const cwd = await mkdtemp(path.join(tmpdir(), 'pi-image-e2e-'));
  for (const name of formats) {
    const started = performance.now();
    expect(await cli(build(name), { cwd, env })).toMatchObject({ exitCode: 0 });
    duration = Math.max(duration, performance.now() - started);
    whole.set(name, await digest(path.join(cwd, name)));
  }
  await rm(cwd, { recursive: true });
}, 120_000);

it(`a build killed at any of ${moments} moments leaves no output or a whole one, and the next one works`, async () => {
  const fractions = random();
  for (let i = 0; i < moments; i++) {
    const cwd = await workFolder();
    const name = formats[i % formats.length] ?? 'out.img';
    const killAfter = Math.ceil(fractions.next().value * duration * 1.1);
    await cli(build(name), { cwd, env, killAfter });

    const left = (await readdir(cwd)).filter((one) => one.startsWith('out'));
    expect([name, `${name}.partial`], `after ${killAfter} ms`).toEqual(expect.arrayContaining(left));
    if (left.includes(name)) expect(await digest(path.join(cwd, name))).toBe(whole.get(name));
    await passTime(cwd);

    const next = await cli([...build(name), '--overwrite'], { cwd, env });
    expect(next, `after ${killAfter} ms`).toMatchObject({ exitCode: 0 });
    expect(await digest(path.join(cwd, name))).toBe(whole.get(name));
    const after = (await readdir(cwd)).filter((one) => one !== 'cache');
    expect(after.sort()).toEqual(['SHA256SUMS', name].sort());
  }
}, 600_000);
