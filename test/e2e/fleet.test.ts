import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli, workFolder } from './cli.ts';

const examples = path.resolve(import.meta.dirname, '../../examples');
const env = { SOURCE_DATE_EPOCH: '1700000000' };
const lines = (text: string) => text.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);

/** A list of so many devices, and what they share. */
async function folderWith(count: number, more = ''): Promise<string> {
  const cwd = await workFolder();
  const rows = Array.from({ length: count }, (_, index) => `pi-${index + 1},10.0.0.${index + 2}/8\n`);
  writeFileSync(path.join(cwd, 'fleet.csv'), `hostname,network.eth0.address\n${rows.join('')}`);
  writeFileSync(path.join(cwd, 'pi-image.yaml'), `image: demo\ndocker: { enabled: false }\n${more}`);
  return cwd;
}

const fleet = ['fleet', 'fleet.csv', '-o', 'out/{{hostname}}.pipatch'] as const;

describe('pi-image fleet', () => {
  it('makes patches on several threads that come to what direct builds make, byte for byte', async () => {
    const cwd = await folderWith(
      5,
      'wifi: { country: GB, networks: [{ ssid: x, password: { env: PW } }] }\n',
    );
    const secret = { ...env, PW: 'correct horse' };
    const run = (...args: string[]) => cli(args, { cwd, env: secret });
    const made = await run(...fleet, '--jobs', '3');
    expect(made).toMatchObject({ exitCode: 0 });
    expect(made.stdout.split('\n')).toHaveLength(6);
    expect(made.stdout).toMatch(/^pi-5 +made +[\d.]+ kB +out\/pi-5\.pipatch$/m);
    expect(made.stderr).toContain('5 of 5 made; digests are in out/fleet-results.csv');
    for (const number of [1, 5]) {
      const settings = JSON.stringify({ network: { eth0: { address: `10.0.0.${number + 1}/8` } } });
      const shared = readFileSync(path.join(cwd, 'pi-image.yaml'), 'utf8');
      writeFileSync(
        path.join(cwd, 'one.yaml'),
        `${shared}hostname: pi-${number}\nnetwork: ${settings.slice(11, -1)}\n`,
      );
      expect(await run('build', 'one.yaml', '-o', `${number}.img`)).toMatchObject({ exitCode: 0 });
      const patch = `out/pi-${number}.pipatch`;
      expect(await run('apply', 'demo', patch, '-o', `${number}-patched.img`)).toMatchObject({ exitCode: 0 });
      const read = (name: string) => readFileSync(path.join(cwd, name));
      expect(read(`${number}-patched.img`).equals(read(`${number}.img`))).toBe(true);
    }
    const again = await run(...fleet);
    expect(again.stderr).toContain('0 of 5 made, 5 kept as they were');
    for (const name of readdirSync(path.join(cwd, 'out')))
      expect(readFileSync(path.join(cwd, 'out', name)).includes('correct horse')).toBe(false);
  });

  it('goes on where it was killed', async () => {
    const cwd = await folderWith(12);
    await cli([...fleet, '--jobs', '2', '--json'], {
      cwd,
      env,
      onStart: ({ stdout, kill }) =>
        stdout?.on('data', (piece: Buffer) => {
          if (piece.includes('device.finished')) kill('SIGKILL');
        }),
    });
    const out = path.join(cwd, 'out');
    const whole = readdirSync(out).filter((name) => name.endsWith('.pipatch'));
    expect(whole.length).toBeGreaterThan(0);
    expect(whole.length).toBeLessThan(12);
    expect(existsSync(path.join(out, 'fleet-results.csv'))).toBe(false);

    const next = await cli([...fleet, '--json'], { cwd, env });
    expect(next.exitCode).toBe(0);
    const end = lines(next.stdout).at(-1) as { made: number; kept: number };
    expect(end).toMatchObject({ code: 'result', outcome: 'success', devices: 12, failed: 0 });
    expect(end).toMatchObject({ kept: whole.length, made: 12 - whole.length });
    const left = readdirSync(out).sort();
    const names = Array.from({ length: 12 }, (_, index) => `pi-${index + 1}.pipatch`);
    expect(left).toEqual([...names, 'fleet-results.csv'].sort());
  });

  it('loses no device because of another, and ends with the code of the first failure', async () => {
    const cwd = await folderWith(3, 'files: [{ source: "{{hostname}}.txt", target: /etc/note }]\n');
    writeFileSync(path.join(cwd, 'pi-1.txt'), '1');
    writeFileSync(path.join(cwd, 'pi-3.txt'), '3');
    const result = await cli([...fleet, '--jobs', '2'], { cwd, env });
    expect(result.exitCode).toBe(3);
    expect(result.stdout).toMatch(/^pi-2 +failed: spec\.missing/m);
    expect(result.stdout).toMatch(/^pi-3 +made/m);
    expect(result.stderr).toMatch(/pi-2.*error\[spec\.missing\].*pi-2\.txt does not exist/);
    expect(result.stderr).toContain('2 of 3 made, 1 failed');
    expect(readFileSync(path.join(cwd, 'out/fleet-results.csv'), 'utf8')).toMatch(
      /^pi-2,failed,.*pi-2\.txt/m,
    );

    writeFileSync(path.join(cwd, 'pi-2.txt'), '2');
    const mended = await cli([...fleet, '--json'], { cwd, env });
    expect(mended.exitCode).toBe(0);
    expect(lines(mended.stdout).at(-1)).toMatchObject({ made: 1, kept: 2, failed: 0 });
  });

  it('makes the parts of a fleet that make up the whole', async () => {
    const cwd = await folderWith(5);
    for (const shard of ['1/2', '2/2'])
      expect(await cli([...fleet, '--shard', shard, '-q'], { cwd, env })).toMatchObject({ exitCode: 0 });
    expect(readdirSync(path.join(cwd, 'out')).sort()).toEqual([
      'fleet-results-1-of-2.csv',
      'fleet-results-2-of-2.csv',
      ...[1, 2, 3, 4, 5].map((number) => `pi-${number}.pipatch`),
    ]);
  });

  it('shows the place of a fault in the list, and makes nothing', async () => {
    const cwd = await folderWith(2);
    writeFileSync(path.join(cwd, 'fleet.csv'), 'hostname,network.eth0.address\na,10.0.0.2/8\nb,10.0.0.2/8\n');
    const { exitCode, stderr } = await cli(fleet, { cwd, env });
    expect(exitCode).toBe(3);
    expect(stderr).toContain('fleet.csv:3:1');
    expect(existsSync(path.join(cwd, 'out'))).toBe(false);
  });

  it.each([
    [['fleet', 'none.csv'], 3, 'does not exist'],
    [['fleet', 'fleet.csv'], 2, 'nothing says where the outputs go'],
    [[...fleet, '--shard', '3/2'], 2, '--shard 3/2'],
    [[...fleet, '--jobs', '0'], 2, '--jobs 0'],
    [[...fleet, '--results', 'x.txt'], 2, 'neither in .csv nor in .json'],
    [['fleet', 'fleet.csv', '-o', 'out/{{hostname}}.iso'], 2, 'names no format'],
  ])('%j is refused', async (args, exitCode, message) => {
    const cwd = await folderWith(1);
    expect(await cli(args, { cwd, env })).toMatchObject({
      exitCode,
      stderr: expect.stringContaining(message),
    });
  });

  it('makes what its examples say', async () => {
    const cwd = await workFolder();
    cpSync(examples, cwd, { recursive: true });
    const csv = await cli(['fleet', 'fleet.csv', 'fleet-base.yaml'], { cwd, env });
    expect(csv).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('3 of 3 made') });
    const yaml = await cli(['fleet', 'fleet.yaml', '--results', 'results.json'], { cwd, env });
    expect(yaml).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('2 of 2 made') });
    const [first] = JSON.parse(readFileSync(path.join(cwd, 'results.json'), 'utf8')) as { output: string }[];
    expect(first?.output).toBe(path.join(cwd, 'out/kiosk-1.img.gz'));
    const text = await cli(['cat', 'out/kiosk-2.img.gz', '/etc/dhcpcd.conf'], { cwd, env });
    expect(text.stdout).toContain(
      'interface eth0\nstatic ip_address=192.168.1.32/24\nstatic routers=192.168.1.1',
    );
  });
});
