import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { archiveCases } from './archive-cases.ts';
import { type BenchCase, buildCommand, copyToDisk, withInstalled } from './contenders.ts';
import { fleet } from './fleet-case.ts';
import { archive, cli, editedFiles, programOf, unpacked } from './inputs.ts';
import { debugfsScript, loopMountScript, virtCustomize } from './rivals.ts';
import { settings } from './settings.ts';

/** The cases that can be measured here, each set up only when its turn comes. */
export function* benchCases(folder: string): Generator<BenchCase> {
  yield startUp(folder);
  if (!existsSync(archive)) return;
  const image = unpacked(folder);
  writeFileSync(path.join(folder, 'pi-image.yaml'), JSON.stringify({ ...settings, image }));
  yield editAlone(folder, image);
  yield rawToRaw(folder, image);
  yield* archiveCases(folder, image);
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
  const script = programOf(path.join(import.meta.dirname, 'edit-only.ts'));
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
        title: `loop mount and mtools, ${files.length} files`,
        command: { file: 'sh', args: [loopMountScript(folder, work, files)], cwd: folder },
        needs: ['mount', 'mcopy', 'partx'],
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
      {
        title: 'the same, and on the disk',
        command: copyToDisk(folder, image, output),
      },
    ],
  });
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
