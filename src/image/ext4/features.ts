import { u32 } from './bytes.ts';
import { damaged, notClean, notSupported, recoverable } from './faults.ts';

/** A feature by the name `mke2fs -O` has for it. */
export type Feature = string;

type Handling = 'full' | 'read' | 'refuse';

/**
 * What each bit means and what we do with it; `read` opens the file system for reading only.
 * https://www.kernel.org/doc/html/latest/filesystems/ext4/super.html
 */
const compatible: Readonly<Record<number, readonly [Feature, Handling]>> = {
  1: ['dir_prealloc', 'full'],
  2: ['imagic_inodes', 'refuse'],
  4: ['has_journal', 'full'],
  8: ['ext_attr', 'full'],
  16: ['resize_inode', 'full'],
  32: ['dir_index', 'full'],
  64: ['lazy_bg', 'refuse'],
  128: ['exclude_inode', 'refuse'],
  256: ['snapshot_bitmap', 'refuse'],
  512: ['sparse_super2', 'full'],
  1024: ['fast_commit', 'full'],
  2048: ['stable_inodes', 'full'],
  4096: ['orphan_file', 'full'],
};

const incompatible: Readonly<Record<number, readonly [Feature, Handling]>> = {
  1: ['compression', 'refuse'],
  2: ['filetype', 'full'],
  4: ['needs_recovery', 'full'],
  8: ['journal_dev', 'refuse'],
  16: ['meta_bg', 'full'],
  64: ['extent', 'full'],
  128: ['64bit', 'full'],
  256: ['mmp', 'refuse'],
  512: ['flex_bg', 'full'],
  1024: ['ea_inode', 'refuse'],
  4096: ['dirdata', 'refuse'],
  8192: ['metadata_csum_seed', 'full'],
  16384: ['large_dir', 'full'],
  32768: ['inline_data', 'read'],
  65536: ['encrypt', 'read'],
  131072: ['casefold', 'read'],
};

const readOnlyCompatible: Readonly<Record<number, readonly [Feature, Handling]>> = {
  1: ['sparse_super', 'full'],
  2: ['large_file', 'full'],
  8: ['huge_file', 'full'],
  16: ['uninit_bg', 'full'],
  32: ['dir_nlink', 'full'],
  64: ['extra_isize', 'full'],
  128: ['snapshot', 'refuse'],
  256: ['quota', 'read'],
  512: ['bigalloc', 'read'],
  1024: ['metadata_csum', 'full'],
  2048: ['replica', 'refuse'],
  4096: ['read-only', 'read'],
  8192: ['project', 'read'],
  16384: ['shared_blocks', 'read'],
  32768: ['verity', 'read'],
  65536: ['orphan_present', 'full'],
};

const words = [
  { at: 92, name: 'compatible', bits: compatible },
  { at: 96, name: 'incompatible', bits: incompatible },
  { at: 100, name: 'read-only compatible', bits: readOnlyCompatible },
];

export interface Features {
  readonly all: ReadonlySet<Feature>;
  /** Features that allow reading only; empty for a file system that can be written. */
  readonly readOnly: readonly Feature[];
}

/** The features of a superblock; throws `image.not-supported` for one that we cannot even read. */
export function readFeatures(superblock: Uint8Array): Features {
  const all = new Set<Feature>();
  const readOnly: Feature[] = [];
  for (const { at, name, bits } of words) {
    const word = u32(superblock, at);
    for (let bit = 0; bit < 32; bit++) {
      if (((word >>> bit) & 1) === 0) continue;
      const [feature, handling] = bits[2 ** bit] ?? [`unknown ${name} bit ${bit}`, 'refuse'];
      if (handling === 'refuse') throw unsupported([feature], 'opened');
      if (handling === 'read') readOnly.push(feature);
      all.add(feature);
    }
  }
  return { all, readOnly };
}

export function unsupported(features: readonly Feature[], what: 'opened' | 'changed' | 'checked'): Error {
  return notSupported(
    `an ext4 file system with the feature ${features.join(', ')} cannot be ${what}`,
    'Use an image made without it (see `mke2fs -O`), or turn it off with `tune2fs -O ^FEATURE` where that is possible.',
  );
}

/** Refuses a file system with work left over from its last mount: it would undo what we write, or we would write over it. */
export function requireClean(superblock: Uint8Array, features: Features): void {
  const state = superblock[58]! | (superblock[59]! << 8);
  if (features.all.has('needs_recovery')) throw recoverable('its journal needs recovery (needs_recovery)');
  if (features.all.has('orphan_present'))
    throw recoverable('it has deleted files still open (orphan_present)');
  if (u32(superblock, 232) !== 0) throw recoverable('it has deleted files still open (orphan list)');
  if ((state & 2) !== 0 || u32(superblock, 0x194) !== 0) throw notClean('it has recorded errors');
  if (state !== 1) throw notClean(`its state is ${state}, not clean`);
  if (features.all.has('uninit_bg') && features.all.has('metadata_csum')) {
    throw damaged('uninit_bg and metadata_csum exclude each other');
  }
}
