import { accessSync, appendFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import type { FirstBootStep } from '../../src/model/first-boot.ts';
import { Secret } from '../../src/model/secret.ts';
import { ended, FirstBootRoot, type Status, step } from '../fixtures/first-boot-root.ts';
import { hasTool } from '../fixtures/judge.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { webServer } from '../fixtures/web-server.ts';

const directory = temporaryDirectory();
let listeners = 0;

/** Somebody who hears of first boots: gives the answers in turn, and the last one from then on. */
async function listener(...answers: readonly number[]) {
  const heard: { readonly method?: string; readonly type?: string; readonly from?: string; body: string }[] =
    [];
  const ears = path.join(directory, `heard-${listeners++}`);
  writeFileSync(ears, '');
  const server = await webServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += String(piece);
    const { 'content-type': type, authorization: from } = request.headers;
    const code = answers[Math.min(heard.length, answers.length - 1)] ?? 200;
    heard.push({
      body,
      ...(request.method && { method: request.method }),
      ...(type && { type }),
      ...(from && { from }),
    });
    appendFileSync(ears, 'x\n');
    response.writeHead(code, { location: '/elsewhere' }).end('<html>');
  });
  const url = server.url.replace('//', '//kitchen:s3cret@');
  const statuses = () => heard.map(({ body }) => JSON.parse(body) as Status);
  return { heard, ears, statuses, url: `${url}/hook?a=[1]` };
}

const rootWith = (steps: readonly FirstBootStep[], notify?: string) =>
  new FirstBootRoot(steps, '/boot', notify === undefined ? undefined : Secret.of(notify));

/** A step that succeeds at the given try. */
const flaky = (tries: number, reason: string) =>
  step(
    'flaky',
    `echo x >>"$root/tries"; n=$(wc -l <"$root/tries"); [ "$n" -ge ${tries} ] || fail "${reason}"`,
  );

const pauses = (root: FirstBootRoot): number[] =>
  root.called().flatMap((call) => (/^sleep \d{2,}$/.test(call) ? [Number(call.slice(6))] : []));

describe.skipIf(!hasTool('curl') && !hasTool('wget'))('the call-back of the first boot', () => {
  it.for(['curl', 'wget'])('is made by %s alone', async (program, context) => {
    if (!hasTool(program)) return context.skip(`${program} is not installed`);
    const { heard, url } = await listener(200);
    const root = rootWith([], url);
    root.write('/run/pi-image/status.json', '{"a": 1}\n');
    const bin = path.join(root.root, 'only');
    mkdirSync(bin);
    for (const name of ['cp', 'rm', program]) symlinkSync(placeOf(name), path.join(bin, name));
    const file = path.join(root.root, '/usr/lib/pi-image/files/notify');
    const status = path.join(root.root, '/run/pi-image/status.json');
    const env = { PATH: bin, PI_IMAGE_ROOT: root.root };
    const { all } = await execa('/bin/sh', [file, status], { env, extendEnv: false, all: true });
    expect(all).toBe('');
    const from = `Basic ${Buffer.from('kitchen:s3cret').toString('base64')}`;
    expect(heard).toEqual([{ method: 'POST', body: '{"a": 1}\n', type: 'application/json', from }]);
  });

  it('has the status when all is done, and nothing of it stays on the Pi', async () => {
    const { statuses, url } = await listener(204);
    const root = rootWith([step('one', 'true')], url);
    const { code, output } = await root.run();
    expect(code, output).toBe(0);
    expect(statuses()).toEqual([root.status()]);
    expect(root.status().state).toBe('done');
    expect(output + root.read('/boot/pi-image/first-boot.log')).not.toContain('s3cret');
    expect(root.exists('/usr/lib/pi-image/files')).toBe(false);
  });

  it('tells without any step that the Pi is up', async () => {
    const { statuses, url } = await listener(200);
    expect((await rootWith([], url).run()).code).toBe(0);
    expect(statuses()).toMatchObject([{ state: 'done', steps: [] }]);
  });

  it('tells of each new reason of a failure, and then of the end', async () => {
    const { statuses, ears, url } = await listener(200);
    const root = rootWith([flaky(4, 'no $n')], url);
    root.stub(
      'sleep',
      `[ "$1" -lt 30 ] || until [ "$(wc -l <${ears})" -ge "$(wc -l <"$PI_IMAGE_ROOT/tries")" ]; do /bin/sleep 0.02; done`,
    );
    expect((await root.run()).code).toBe(0);
    expect(statuses().map(({ state, steps }) => [state, steps[0]?.message])).toEqual([
      ['retrying', 'no 1'],
      ['retrying', 'no 2'],
      ['retrying', 'no 3'],
      ['done', ''],
    ]);
  });

  it('does not tell the same twice', async () => {
    const { statuses, ears, url } = await listener(200);
    const root = rootWith([flaky(4, 'no luck')], url);
    root.stub('sleep', `[ "$1" -lt 30 ] || until [ -s ${ears} ]; do /bin/sleep 0.02; done`);
    expect((await root.run()).code).toBe(0);
    expect(statuses().map(({ state }) => state)).toEqual(['retrying', 'done']);
  });

  it('tries again with growing pauses, and takes an answer that points elsewhere for none', async () => {
    const { heard, url } = await listener(503, 302, 404, 200);
    const root = rootWith([step('one', 'true')], url);
    expect((await root.run()).code).toBe(0);
    expect(heard).toHaveLength(4);
    expect(pauses(root)).toEqual([10, 30, 90]);
  });

  it('gives up in the end, and the first boot is done all the same', async () => {
    const { heard, url } = await listener(500);
    const root = rootWith([step('one', 'true')], url);
    const { code, output } = await root.run();
    expect(code).toBe(0);
    expect(heard).toHaveLength(6);
    expect(pauses(root)).toEqual([10, 30, 90, 270, 810]);
    expect(output).toContain('nobody could be told of the first boot');
    expect(root.status().state).toBe('done');
    expect(root.exists('/usr/lib/pi-image/files')).toBe(false);
  });

  it('keeps neither a step nor a shutdown waiting, and has another go after the next start', async () => {
    const { heard, url } = await listener(500);
    const root = rootWith([flaky(2, 'no luck'), step('other', 'true', { order: 60 })], url);
    root.stub('sleep', `[ "$1" != 10 ] || exec /bin/sleep 600; [ "$1" != 30 ] || exec /bin/sleep 0.5`);
    const child = root.start();
    const end = ended(child);
    while (!root.exists('/var/lib/pi-image/complete')) await sleep(20);
    expect(heard.length).toBeLessThan(3);
    child.kill('SIGTERM');
    expect((await end).code).toBe(0);
    expect(root.status().state).toBe('done');
    expect(root.exists('/usr/lib/pi-image/files/notify')).toBe(true);
    root.stub('sleep', 'exit 0');
    const before = heard.length;
    expect((await root.run()).code).toBe(0);
    // A try that was under way may be heard late.
    expect(heard.length).toBeGreaterThanOrEqual(before + 6);
    expect(root.exists('/usr/lib/pi-image/files/notify')).toBe(false);
  });
});

describe('the activity light', () => {
  it.each(['ACT', 'led0'])(
    'blinks on %s while something fails, and then has its old meaning',
    async (name) => {
      const root = rootWith([flaky(2, 'no luck')]);
      const led = `/sys/class/leds/${name}`;
      root.write(`${led}/trigger`, 'none timer [mmc0] heartbeat\n');
      root.stub(
        'sleep',
        `cd "$PI_IMAGE_ROOT${led}" && [ "$1" -lt 30 ] || cat trigger delay_on delay_off >"$PI_IMAGE_ROOT/seen"`,
      );
      expect((await root.run()).code).toBe(0);
      expect(root.read('/seen')).toBe('timer\n250\n250\n');
      expect(root.read(`${led}/trigger`)).toBe('mmc0\n');
    },
  );

  it('is left alone where all goes well, and may be missing', async () => {
    const fine = rootWith([step('one', 'true')]);
    fine.write('/sys/class/leds/ACT/trigger', 'none timer [mmc0]\n');
    await fine.run();
    expect(fine.read('/sys/class/leds/ACT/trigger')).toBe('none timer [mmc0]\n');
    expect((await rootWith([flaky(2, 'no luck')]).run()).output).not.toMatch(/\bled|No such file/);
  });
});

function placeOf(program: string): string {
  const places = ['/usr/bin', '/bin'].map((folder) => path.join(folder, program));
  const found = places.find((file) => {
    try {
      accessSync(file);
      return true;
    } catch {
      return false;
    }
  });
  if (found === undefined) throw new Error(`${program} is in neither /usr/bin nor /bin`);
  return found;
}
