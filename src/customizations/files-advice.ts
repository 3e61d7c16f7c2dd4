import type { OsFacts } from '../model/os.ts';
import type { Advice } from '../model/plan.ts';

/** What a file of the user's own has in it that does not work on a Pi; `bytes` is undefined for a large one. */
export function contentAdvice(path: string, bytes: Uint8Array | undefined, os: OsFacts): Advice[] {
  if (bytes === undefined) return [];
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return [...scriptAdvice(path, text), ...partitionAdvice(path, text, os)];
}

/** The kernel takes a byte order mark or a carriage return for part of the interpreter's name. */
function scriptAdvice(path: string, text: string): Advice[] {
  if (!/^(?:\xef\xbb\xbf#!|#![^\n]*\r\n)/.test(text)) return [];
  return [
    {
      level: 'warning',
      id: 'files.line-ends',
      message: `${path} is a script with Windows line ends or a byte order mark, which does not run on Linux`,
      help: 'save it as UTF-8 without byte order mark, with Unix line ends (LF)',
    },
  ];
}

/** What the first boot rewrites when it gives the disk a new id. */
const rewritten = ['/etc/fstab', '/boot/cmdline.txt', '/boot/firmware/cmdline.txt'];
/** Of raspi-config since 2020-05 and of raspberrypi-sys-mods; either gives the disk a new id. */
const renumbering = /\/(?:init_resize\.sh|raspberrypi-sys-mods\/firstboot)\b/;

function partitionAdvice(path: string, text: string, os: OsFacts): Advice[] {
  if (!/\bPARTUUID=|\/by-partuuid\//i.test(text)) return [];
  if (rewritten.includes(path) || !renumbering.test(os.commandLine)) return [];
  return [
    {
      level: 'warning',
      id: 'files.partuuid',
      message: `${path} names a partition by its PARTUUID, which becomes another one at the first boot`,
      help: 'use LABEL=… or /dev/disk/by-label/… instead',
    },
  ];
}
