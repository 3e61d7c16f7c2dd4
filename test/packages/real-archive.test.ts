import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { bytesSource } from '../../src/model/content.ts';
import { paragraphs } from '../../src/packages/control.ts';
import { readInstalled } from '../../src/packages/installed.ts';
import { type Candidate, packageFields, packageOf } from '../../src/packages/package.ts';
import { resolve } from '../../src/packages/resolve.ts';
import { makeUniverse, type Universe } from '../../src/packages/universe.ts';

const lists = '/var/lib/apt/lists';
const indexes = existsSync(lists) ? readdirSync(lists).filter((name) => /_Packages(\.\w+)?$/.test(name)) : [];
const helper = '/usr/lib/apt/apt-helper';
/** Half a minute, and different on every machine: for those who change the resolver. */
const wanted = process.env['PI_IMAGE_TEST_REAL_ARCHIVE'] !== undefined;
const usable = wanted && indexes.length > 0 && existsSync(helper);
const priorities = ['required', 'important', 'standard', 'optional', 'extra'];

async function readIndex(name: string): Promise<Candidate[]> {
  const { stdout } = spawnSync(helper, ['cat-file', `${lists}/${name}`], { maxBuffer: 2 ** 30 });
  const found: Candidate[] = [];
  for await (const one of paragraphs(name, [stdout], new Set([...packageFields, 'priority']))) {
    const importance = priorities.indexOf(one.get('priority') ?? 'optional');
    const location = { url: 'http://127.0.0.1/', sha256: '0'.repeat(64), size: 0 };
    found.push({ ...packageOf(one, name), ...location, preference: 500, importance });
  }
  return found;
}

function apt(...args: string[]): string {
  const env = { ...process.env, LC_ALL: 'C' };
  return spawnSync('apt-get', ['-s', '-y', '-o', 'Debug::NoLocking=1', ...args], { encoding: 'utf8', env })
    .stdout;
}

/** Tens of thousands of real packages: only where this machine runs Debian and has its package lists, and only when asked for. */
describe.skipIf(!usable)('the archive and the packages of this machine', () => {
  let universe: Universe;

  beforeAll(async () => {
    const arch = spawnSync('dpkg', ['--print-architecture'], { encoding: 'utf8' }).stdout.trim();
    const offered = await Promise.all(indexes.map(readIndex));
    const status = bytesSource(readFileSync('/var/lib/dpkg/status'));
    universe = makeUniverse(arch, await readInstalled(status), offered.flat());
  }, 120_000);

  it.each(['docker.io', 'network-manager', 'task-lxde-desktop'])('%s takes what apt takes', (name) => {
    const found = resolve(universe, [{ name }]);
    const exact = found.map((one) => `${one.name}=${one.version}`);
    // apt agrees that this is a whole: nothing lacks, and nothing is removed. That it brings other packages of the
    // same source up to date beside them (since 2.5) is a choice of its own.
    const verdict = apt('--no-install-recommends', 'install', ...exact);
    expect(verdict).not.toMatch(/^Remv/m);
    const installs = installsIn(verdict);
    expect(exact.filter((one) => !installs.includes(one))).toEqual([]);
    const more = installs.filter((one) => !exact.includes(one)).map((one) => one.split('=')[0] ?? '');
    expect(more.filter((one) => !universe.installedByName.has(one))).toEqual([]);
    // Left to itself it takes the same, for all but a few alternatives.
    const alone = new Set(installsIn(apt('--no-install-recommends', 'install', name)));
    const different = exact.filter((one) => !alone.has(one));
    expect(different.length, different.join(' ')).toBeLessThanOrEqual(Math.ceil(exact.length / 10));
  });
});

function installsIn(output: string): string[] {
  return [...output.matchAll(/^Inst (\S+)(?: \[\S+\])? \((\S+)/gm)].map(
    ([, name, version]) => `${name?.split(':')[0]}=${version}`,
  );
}
