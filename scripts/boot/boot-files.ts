import fs from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { bootPartitionOffset } from './card.ts';

/** What QEMU has to be given, since it does not read a Pi's boot partition itself. */
export interface BootFiles {
  readonly kernel: string;
  readonly initrd: string;
  /** Of cmdline.txt, without what only fits a Pi: its consoles. */
  readonly commandLine: string;
}

/** Copies the image's own kernel, initial RAM disk and command line from its boot partition into `folder`. */
export async function readBootFiles(image: string, folder: string): Promise<BootFiles> {
  const names = ['kernel7l.img', 'initrd7l', 'cmdline.txt'];
  const partition = `${image}@@${bootPartitionOffset(image)}`;
  await execa('mcopy', ['-n', '-o', '-i', partition, ...names.map((name) => `::${name}`), folder]);
  const words = fs.readFileSync(path.join(folder, 'cmdline.txt'), 'utf8').trim().split(/\s+/);
  return {
    kernel: path.join(folder, 'kernel7l.img'),
    initrd: path.join(folder, 'initrd7l'),
    commandLine: words.filter((word) => !word.startsWith('console=')).join(' '),
  };
}
