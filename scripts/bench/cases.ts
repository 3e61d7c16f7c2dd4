import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fleet } from './fleet-case.ts';
import { archive, cli, editedFiles, unpacked, zipped } from './inputs.ts';
import { type Command, has } from './measure.ts';
import { debugfsScript, virtCustomize } from './rivals.ts';
import { settings } from './settings.mjs';

export interface Contender {
  readonly title: string;
  readonly command: Command;
  /** Programs it needs. */
  readonly needs?: readonly string[];
}

export interface BenchCase {
  readonly name: string;
  readonly ours: Contender;
  readonly rivals: readonly Contender[];
  /** Rivals' programs that are not installed. */
  readonly missing: readonly string[];
}

/** The cases that can be measured here, each set up only when its turn comes. */
export function* benchCases(folder: string): Generator<BenchCase> {
  yield startUp(folder);
  if (!existsSync(archive)) return;
  const image = unpacked(folder);
  writeFileSync(path.join(folder, 'pi-image.yaml'), JSON.stringify({ ...settings, image }));
  yield editAlone(folder, image);
  yield rawToRaw(folder, image);
  yield xzToXz(folder);
  yield zipToRaw(folder, image);
  yield rawToGzip(folder, image);
  for (const count of [1, 10, 100]) yield fleet(folder, count);
}

function startUp(folder: string): BenchCase {
  return withInstalled({
    name: 'help',
    ours: { title: 'pi-image --help', command: { file: 'node', args: [cli, '--help'], cwd: folder } },
    rivals: [{ title: 'node that does nothing', command: { file: 'node', args: ['-e', '0'], cwd: folder } }],
  });
}

function editAlone(folder: string, image: string): BenchCase {
  const finished = path.join(folder, 'finished.img');
  const result = build(folder, finished, '--json').trim().split('\n').at(-1) ?? '';
  const files = editedFiles(result, finished, path.join(folder, 'files'));
  const work = path.join(folder, 'work.img');
  copyFileSync(image, work);
  const script = path.join(import.meta.dirname, 'edit-only.mjs');
  return withInstalled({
    name: 'edit',
    ours: {
      title: 'open, plan, apply, verify',
      command: { file: 'node', args: [script, image], cwd: folder },
    },
    rivals: [
      {
        title: `debugfs and mtools, ${files.length} files`,
        command: { file: 'sh', args: [debugfsScript(folder, work, files)], cwd: folder },
        needs: ['debugfs', 'mcopy', 'partx'],
      },
      {
        title: `virt-customize, ${files.length} files`,
        command: {
          file: 'virt-customize',
          args: virtCustomize(work, files),
          cwd: folder,
          env: { LIBGUESTFS_BACKEND: 'direct', LIBGUESTFS_BACKEND_SETTINGS: 'force_tcg' },
        },
        needs: ['virt-customize'],
      },
    ],
  });
}

function rawToRaw(folder: string, image: string): BenchCase {
  const output = path.join(folder, 'out.img');
  const before = () => rmSync(output, { force: true });
  return withInstalled({
    name: 'img-to-img',
    ours: { title: 'pi-image build', command: { ...buildCommand(folder, output), before } },
    rivals: [
      {
        title: 'cp --sparse=always',
        command: { file: 'cp', args: ['--sparse=always', image, output], cwd: folder, before },
      },
    ],
  });
}

function xzToXz(folder: string): BenchCase {
  const output = path.join(folder, 'out.img.xz');
  const before = () => rmSync(output, { force: true });
  return withInstalled({
    name: 'xz-to-xz',
    ours: {
      title: 'pi-image build',
      command: { ...buildCommand(folder, output, '--image', archive), before },
    },
    rivals: [
      {
        title: 'xz -dc | xz -T0 -6',
        command: {
          file: 'sh',
          args: ['-c', 'xz -dc "$1" | xz -T0 -6 > "$2"', 'sh', archive, output],
          cwd: folder,
          before,
        },
        needs: ['xz'],
      },
    ],
  });
}

/** The first build from a download: nothing is in the cache yet. */
function zipToRaw(folder: string, image: string): BenchCase {
  const zip = zipped(folder, image);
  const output = path.join(folder, 'out.img');
  const cache = path.join(folder, 'cache-of-zip');
  const before = () => {
    rmSync(output, { force: true });
    rmSync(cache, { recursive: true, force: true });
  };
  return withInstalled({
    name: 'zip-to-img',
    ours: {
      title: 'pi-image build, nothing cached',
      command: { ...buildCommand(folder, output, '--image', zip, '--cache-dir', cache), before },
    },
    rivals: [
      {
        title: 'unzip -p',
        command: { file: 'sh', args: ['-c', 'unzip -p "$1" > "$2"', 'sh', zip, output], cwd: folder, before },
        needs: ['unzip'],
      },
    ],
  });
}

function rawToGzip(folder: string, image: string): BenchCase {
  const output = path.join(folder, 'out.img.gz');
  const before = () => rmSync(output, { force: true });
  const plain = { ...buildCommand(folder, output), before };
  return withInstalled({
    name: 'img-to-gz',
    ours: { title: 'pi-image build', command: plain },
    rivals: [
      {
        title: 'pi-image build --zero-free',
        command: { ...buildCommand(folder, output, '--zero-free'), before },
      },
      {
        title: 'gzip -6',
        command: {
          file: 'sh',
          args: ['-c', 'gzip -6 < "$1" > "$2"', 'sh', image, output],
          cwd: folder,
          before,
        },
        needs: ['gzip'],
      },
    ],
  });
}

function buildCommand(folder: string, output: string, ...options: readonly string[]): Command {
  return {
    file: 'node',
    args: [cli, 'build', '-o', output, '--cache-dir', path.join(folder, 'cache'), ...options],
    cwd: folder,
  };
}

function build(folder: string, output: string, ...options: readonly string[]): string {
  const { file, args } = buildCommand(folder, output, ...options);
  return execFileSync(file, [...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1 << 26,
  });
}

function withInstalled(one: Omit<BenchCase, 'missing'>): BenchCase {
  const missing = one.rivals.flatMap(({ needs = [] }) => needs.filter((tool) => !has(tool)));
  const rivals = one.rivals.filter(({ needs = [] }) => needs.every((tool) => !missing.includes(tool)));
  return { ...one, rivals, missing };
}
