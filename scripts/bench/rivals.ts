import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { EditedFile } from './inputs.ts';

/** A script that puts files into an image with debugfs and mtools, as one without root would. */
export function debugfsScript(folder: string, image: string, files: readonly EditedFile[]): string {
  const script = path.join(folder, 'debugfs.sh');
  const [boot, root] = [files.filter(isOfBoot), files.filter((file) => !isOfBoot(file))];
  const commands = root.flatMap(({ path: name, mode, source }) => [
    ...parents(name).map((directory) => `mkdir ${directory}`),
    `rm ${name}`,
    `write ${source} ${name}`,
    `sif ${name} mode 0100${mode.toString(8).padStart(3, '0')}`,
  ]);
  writeFileSync(path.join(folder, 'debugfs.txt'), `${commands.join('\n')}\n`);
  const lines = [
    `offset=$(partx -go START -n 2 ${image})`,
    `debugfs -w -f ${path.join(folder, 'debugfs.txt')} "${image}?offset=$((offset * 512))"`,
    ...boot.map(copyToBoot(image)),
  ];
  writeFileSync(script, `${lines.join('\n')}\n`);
  return script;
}

/** A script that mounts the root partition through a loop device, which takes root, and fills the other with mtools. */
export function loopMountScript(folder: string, image: string, files: readonly EditedFile[]): string {
  const script = path.join(folder, 'loop-mount.sh');
  const [boot, root] = [files.filter(isOfBoot), files.filter((file) => !isOfBoot(file))];
  const lines = [
    'set -e',
    'mnt=$(mktemp -d)',
    `trap 'umount "$mnt"; rmdir "$mnt"' EXIT`,
    `offset=$(partx -go START -n 2 ${image})`,
    `mount -o "loop,offset=$((offset * 512))" ${image} "$mnt"`,
    ...root.flatMap(({ path: name, mode, source }) => [
      `mkdir -p "$mnt${path.posix.dirname(name)}"`,
      `cp ${source} "$mnt${name}"`,
      `chmod 0${mode.toString(8)} "$mnt${name}"`,
    ]),
    ...boot.map(copyToBoot(image)),
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

function isOfBoot({ path: name }: EditedFile): boolean {
  return name.startsWith('/boot/');
}

function copyToBoot(image: string): (file: EditedFile) => string {
  return ({ path: name, source }) =>
    `mcopy -o -i ${image}@@4194304 ${source} ::${name.slice('/boot'.length)}`;
}

function parents(name: string): string[] {
  const parts = name.split('/').slice(1, -1);
  return parts.map((_part, index) => `/${parts.slice(0, index + 1).join('/')}`);
}
