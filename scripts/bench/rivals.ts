import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { EditedFile } from './inputs.ts';

/** A script that puts files into an image with debugfs and mtools, as one without root would. */
export function debugfsScript(folder: string, image: string, files: readonly EditedFile[]): string {
  const script = path.join(folder, 'debugfs.sh');
  const root = files.filter(({ path: name }) => !name.startsWith('/boot/'));
  const commands = root.flatMap(({ path: name, mode, source }) => [
    ...parents(name).map((directory) => `mkdir ${directory}`),
    `rm ${name}`,
    `write ${source} ${name}`,
    `sif ${name} mode 0100${mode.toString(8).padStart(3, '0')}`,
  ]);
  writeFileSync(path.join(folder, 'debugfs.txt'), `${commands.join('\n')}\n`);
  const boot = files.filter(({ path: name }) => name.startsWith('/boot/'));
  const copies = boot.map(
    ({ path: name, source }) => `mcopy -o -i ${image}@@4194304 ${source} ::${name.slice('/boot'.length)}`,
  );
  const lines = [
    `offset=$(partx -go START -n 2 ${image})`,
    `debugfs -w -f ${path.join(folder, 'debugfs.txt')} "${image}?offset=$((offset * 512))"`,
    ...copies,
  ];
  writeFileSync(script, `${lines.join('\n')}\n`);
  return script;
}

/** Arguments that make virt-customize do the same. */
export function virtCustomize(image: string, files: readonly EditedFile[]): readonly string[] {
  return [
    '--no-network',
    '-a',
    image,
    ...files.flatMap(({ path: name, mode, source }) => [
      '--mkdir',
      path.posix.dirname(name),
      '--upload',
      `${source}:${name}`,
      '--chmod',
      `0${mode.toString(8)}:${name}`,
    ]),
  ];
}

function parents(name: string): string[] {
  const parts = name.split('/').slice(1, -1);
  return parts.map((_part, index) => `/${parts.slice(0, index + 1).join('/')}`);
}
