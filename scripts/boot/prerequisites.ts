import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

export const projectRoot = path.resolve(import.meta.dirname, '../..');

/** A bootable image in the shape of Raspbian Buster, made of Debian's packages; not part of the project. */
export const defaultBase = path.join(projectRoot, '../shared/base/buster-like-armhf.img.xz');

/** Names of packages by the tools they have. */
export type Tools = Readonly<Record<string, string>>;

const bootTools: Tools = {
  'qemu-system-arm': 'qemu-system-arm',
  mcopy: 'mtools',
  xz: 'xz-utils',
  ssh: 'openssh-client',
  'ssh-keygen': 'openssh-client',
};

/** What a boot test needs and this machine does not have, as names for people. */
export function missingPrerequisites(base: string, more: Tools = {}): string[] {
  const tools = Object.entries({ ...bootTools, ...more })
    .filter(([tool]) => spawnSync(tool, ['--version'], { stdio: 'ignore' }).error !== undefined)
    .map(([tool, name]) => `${tool} (package ${name})`);
  return fs.existsSync(base) ? tools : [...tools, `the base image ${path.relative(process.cwd(), base)}`];
}
