import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { applyPatch } from '../../../src/build/apply-patch.ts';
import { build } from '../../../src/build/build.ts';
import { buildFleet, type FleetOptions } from '../../../src/build/fleet/build-fleet.ts';
import { seedFor } from '../../../src/build/prepare.ts';
import { builtInCustomizations } from '../../../src/customizations/index.ts';
import { parseCsvList } from '../../../src/fleet/csv.ts';
import { type Device, expandFleet } from '../../../src/fleet/expand.ts';
import { PiImageError } from '../../../src/model/errors.ts';
import type { BuildEvent, DeviceResult } from '../../../src/model/events.ts';
import { rawDemo } from '../../fixtures/demo.ts';
import { temporaryDirectory } from '../../fixtures/temporary-directory.ts';

const directory = temporaryDirectory();
const now = new Date('2024-05-06T07:08:10Z');
// One thread: the others are started from the compiled program, in test/e2e/fleet.test.ts.
const common = { directory, cacheDirectory: path.join(directory, 'cache'), now, concurrency: 1 };
const stock = { image: './stock.img', docker: { enabled: false } };
const wifi = { country: 'GB', networks: [{ ssid: 'MyNet', password: { env: 'PW' } }] };

beforeAll(async () => fs.writeFileSync(path.join(directory, 'stock.img'), await rawDemo()));

let count = 0;
const folder = (): string => path.join(directory, `out-${count++}`);

function devicesOf(list: string, output: string, value: unknown = stock): readonly Device[] {
  return expandFleet({
    list: parseCsvList(Buffer.from(list), 'fleet.csv'),
    base: { value, locate: () => undefined },
    output,
    customizations: builtInCustomizations,
  });
}

const three = (place: string, value: unknown = stock) =>
  devicesOf('hostname\nkitchen\nattic\nhall\n', path.join(place, '{{hostname}}.pipatch'), value);
const fleet = (devices: readonly Device[], more: FleetOptions = {}) =>
  buildFleet(devices, { ...common, ...more });
const outcomes = (results: readonly DeviceResult[]) => results.map(({ outcome }) => outcome);

describe('a fleet', () => {
  it('makes of each device what a build of its own makes, byte for byte', async () => {
    const place = folder();
    const list = 'hostname,network.eth0.address\nkitchen,10.0.0.2/8\nattic,10.0.0.3/8\n';
    const devices = devicesOf(list, path.join(place, '{{hostname}}.pipatch'));
    const results = await fleet(devices, { reproducible: true });
    expect(results.map(({ device }) => device)).toEqual(['kitchen', 'attic']);
    for (const [index, { output, size }] of results.entries()) {
      expect(fs.statSync(output).size).toBe(size);
      const settings = {
        ...stock,
        hostname: devices[index]?.name,
        network: { eth0: { address: `10.0.0.${index + 2}/8` } },
      };
      const seed = seedFor(devices[index]!.spec, now, { directory });
      const direct = await build(settings, { ...common, seed, output: path.join(place, `${index}.img`) });
      const patched = path.join(place, `${index}-patched.img`);
      await applyPatch('./stock.img', output, { ...common, output: patched });
      expect(fs.readFileSync(patched).equals(fs.readFileSync(direct.path))).toBe(true);
    }
  });

  it('loses no device because another fails, and says which and why', async () => {
    const place = folder();
    fs.mkdirSync(place);
    fs.writeFileSync(path.join(place, 'kitchen.txt'), 'x');
    fs.writeFileSync(path.join(place, 'hall.txt'), 'x');
    const files = [{ source: path.join(place, '{{hostname}}.txt'), target: '/etc/note' }];
    const events: BuildEvent[] = [];
    const results = await fleet(three(place, { ...stock, files }), { onEvent: (one) => events.push(one) });
    expect(outcomes(results)).toEqual(['made', 'failed', 'made']);
    expect(results[1]?.error).toMatchObject({
      code: 'spec.missing',
      message: expect.stringContaining('attic.txt'),
    });
    expect(fs.existsSync(path.join(place, 'attic.pipatch'))).toBe(false);
    expect(fs.readdirSync(place).filter((name) => name.endsWith('.partial'))).toEqual([]);
    const finished = events.filter(({ code }) => code === 'device.finished');
    expect(finished).toEqual(results.map((result) => ({ code: 'device.finished', ...result })));
  });

  it('keeps what is there and made of the same, and nothing else', async () => {
    const place = folder();
    const secrets = async () => 'correct horse';
    const devices = () => three(place, { ...stock, wifi });
    const first = await fleet(devices(), { secrets });
    expect(outcomes(first)).toEqual(['made', 'made', 'made']);
    const again = { secrets, earlier: first };
    const before = fs.statSync(first[0]?.output ?? '').mtimeMs;
    const second = await fleet(devices(), again);
    expect(outcomes(second)).toEqual(['kept', 'kept', 'kept']);
    expect(second.map(({ sha256 }) => sha256)).toEqual(first.map(({ sha256 }) => sha256));
    expect(fs.statSync(first[0]?.output ?? '').mtimeMs).toBe(before);

    const [kitchen = '', attic = ''] = first.map(({ output }) => output);
    fs.appendFileSync(kitchen, 'x');
    fs.rmSync(attic);
    const third = await fleet(devices(), again);
    expect(third.map(({ outcome, error }) => error?.code ?? outcome)).toEqual([
      'output.exists',
      'made',
      'kept',
    ]);
    expect(outcomes(await fleet(devices(), { ...again, overwrite: true }))).toEqual(['made', 'kept', 'kept']);
    const other = { ...again, secrets: async () => 'another horse', overwrite: true };
    expect(outcomes(await fleet(devices(), other))).toEqual(['made', 'made', 'made']);
    const zeroed = await fleet(devices(), { ...again, overwrite: true, zeroFree: true });
    expect(outcomes(zeroed)).toEqual(['made', 'made', 'made']);
  });

  it('compresses every image at one level, also beside patches', async () => {
    const output = path.join(folder(), '{{hostname}}');
    const devices = devicesOf('hostname\nkitchen\n', `${output}.img.gz`);
    const usual = await fleet(devices);
    const fast = { compressionLevel: 1, earlier: usual, overwrite: true };
    const [made] = await fleet(devices, fast);
    expect(made?.outcome).toBe('made');
    expect(made?.size).toBeGreaterThan(usual[0]?.size ?? Number.POSITIVE_INFINITY);
    const mixed = [...devices, ...devicesOf('hostname\nattic\n', `${output}.pipatch`)];
    const both = await fleet(mixed, { ...fast, earlier: made ? [made] : [] });
    expect(outcomes(both)).toEqual(['kept', 'made']);
    await expect(fleet(mixed, { ...fast, compressionLevel: 0 })).rejects.toMatchObject({
      code: 'output.format',
    });
  });

  it('makes no image that lint finds an error in when that is asked for, not even a kept one', async () => {
    const files = [{ content: 'pi ALL=(ALL) ALL\n', target: '/etc/sudoers.d/020_pi', mode: '0666' }];
    const output = path.join(folder(), '{{hostname}}.pipatch');
    const devices = devicesOf('hostname\nkitchen\n', output, { ...stock, files });
    const told: BuildEvent[] = [];
    const earlier = await fleet(devices, { onEvent: (event) => told.push(event) });
    expect(told).toContainEqual(expect.objectContaining({ code: 'finding', rule: 'sudoers' }));
    const strict = await fleet(devices, { lint: 'error', earlier, overwrite: true });
    expect(strict).toMatchObject([{ outcome: 'failed', error: { code: 'plan.lint' } }]);
    await expect(fleet(devices, { lint: 'off', public: true })).rejects.toMatchObject({
      code: 'usage.invalid',
    });
  });

  it('reads a secret once, shows none, and lets nobody else read what holds one', async () => {
    const place = folder();
    const asked: string[] = [];
    const events: BuildEvent[] = [];
    const results = await fleet(three(place, { ...stock, wifi }), {
      secrets: async (_, where) => {
        asked.push(where);
        return 'correct horse';
      },
      onEvent: (one) => events.push(one),
    });
    expect(asked).toHaveLength(1);
    for (const { output } of results) expect(fs.statSync(output).mode & 0o777).toBe(0o600);
    expect(JSON.stringify([results, events])).not.toContain('correct horse');
  });

  it('tells once what is to be said of all', async () => {
    const events: BuildEvent[] = [];
    await fleet(three(folder()), { onEvent: (one) => events.push(one) });
    const told = events.filter(({ code }) => code === 'advice' || code === 'finding');
    expect(told.length).toBeGreaterThan(0);
    expect(new Set(told.map((one) => JSON.stringify(one))).size).toBe(told.length);
  });

  it('ends when it is told to, and what is made by then stays', async () => {
    const place = folder();
    const controller = new AbortController();
    const attempt = fleet(three(place), {
      signal: controller.signal,
      onEvent: ({ code }) => code === 'device.finished' && controller.abort(new Error('enough')),
    });
    await expect(attempt).rejects.toThrow('enough');
    expect(fs.readdirSync(place)).toEqual(['kitchen.pipatch']);
  });

  it('has each result kept before its output has its name', async () => {
    const place = folder();
    const there: boolean[] = [];
    const recorded: DeviceResult[] = [];
    const results = await fleet(three(place), {
      record: async (result) => {
        there.push(fs.existsSync(result.output));
        if (result.device === 'attic') throw new PiImageError('output.no-space', 'no room for it');
        recorded.push(result);
      },
    });
    expect(there).toEqual([false, false, false]);
    expect(recorded).toEqual([results[0], results[2]]);
    expect(results[1]).toMatchObject({ outcome: 'failed', error: { code: 'output.no-space' } });
    expect(fs.readdirSync(place).sort()).toEqual(['hall.pipatch', 'kitchen.pipatch']);
  });

  it('has digests of raw and compressed images too', async () => {
    const place = folder();
    for (const format of ['img', 'img.gz']) {
      const devices = devicesOf('hostname\nkitchen\n', path.join(place, `{{hostname}}.${format}`));
      const [result] = await fleet(devices);
      expect(result).toMatchObject({ outcome: 'made', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    }
  });

  it('of no device is nothing', async () => {
    expect(await fleet([])).toEqual([]);
  });
});
