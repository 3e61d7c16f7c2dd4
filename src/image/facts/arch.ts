import type { OsFacts } from '../../model/os.ts';
import type { Tree } from '../../model/tree.ts';
import { boundedBytes, namesIn } from './bounded-text.ts';
import type { InstalledPackages } from './dpkg-status.ts';

/** Packages that are of the machine's own architecture on every Debian. */
export const architecturePackages = ['base-files', 'libc6', 'dpkg'] as const;

/** The architecture of the programs in the image, by its package list, or else by a program. */
export function readArch(tree: Tree, packages: InstalledPackages): OsFacts['arch'] {
  for (const name of architecturePackages) {
    const named = packages.architectures[name];
    if (named !== undefined && named !== 'all')
      return named === 'armhf' || named === 'arm64' ? named : 'other';
  }
  const loaders = namesIn(tree, '/lib').filter((name) => name.startsWith('ld-'));
  for (const path of ['/bin/sh', '/sbin/init', ...loaders.map((name) => `/lib/${name}`)]) {
    const header = boundedBytes(tree, path, headerSize);
    if (header !== undefined && isElf(header)) return archOfElf(header);
  }
  return 'other';
}

const headerSize = 52;
const [class32, class64] = [1, 2];
const [machineArm, machineAarch64] = [40, 183];
/** `EF_ARM_ABI_FLOAT_HARD`: what sets armhf apart from armel. Loaders and libraries carry it, and so do programs. */
const hardFloat = 0x400;

function isElf(header: Buffer): boolean {
  return header.length >= headerSize && header.subarray(0, 4).toString('latin1') === '\x7fELF';
}

/** From an ELF header (gABI 4.1 chapter 4, and ARM IHI 0044 for the flags). */
export function archOfElf(header: Buffer): OsFacts['arch'] {
  if (!isElf(header) || header[5] !== 1) return 'other';
  const machine = header.readUInt16LE(18);
  if (header[4] === class64 && machine === machineAarch64) return 'arm64';
  const isHard = header[4] === class32 && (header.readUInt32LE(36) & hardFloat) !== 0;
  return machine === machineArm && isHard ? 'armhf' : 'other';
}
