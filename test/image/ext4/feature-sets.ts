import type { ImageOptions } from './e2fsprogs.ts';

/** Kinds of ext2, ext3 and ext4 that images come as, and corners that the kernel allows. */
export const featureSets: Readonly<Record<string, Omit<ImageOptions, 'size'>>> = {
  'Buster (no checksums, 4k)': { features: '^64bit,^metadata_csum,^huge_file', options: ['-b', '4096'] },
  'no checksums, 1k': { features: '^64bit,^metadata_csum,^huge_file', options: ['-b', '1024'] },
  'metadata_csum, 4k': { features: '^64bit,metadata_csum', options: ['-b', '4096'] },
  'metadata_csum, 64bit, 1k': { features: '64bit,metadata_csum', options: ['-b', '1024'] },
  'metadata_csum, 2k, small groups': {
    features: '64bit,metadata_csum',
    options: ['-b', '2048', '-g', '1024'],
  },
  'trixie (csum_seed, orphan_file)': {
    features: '64bit,metadata_csum,metadata_csum_seed,orphan_file',
    options: ['-b', '4096'],
  },
  'uninit_bg, small groups': {
    features: '^64bit,^metadata_csum,uninit_bg,^flex_bg',
    options: ['-b', '1024', '-g', '2048'],
  },
  'no resize_inode, no journal': {
    features: '64bit,metadata_csum,^resize_inode,^has_journal',
    options: ['-b', '1024'],
  },
  '128-byte inodes': { features: '^64bit,^metadata_csum', options: ['-b', '4096', '-I', '128'] },
  '128-byte inodes, metadata_csum': { features: '64bit,metadata_csum', options: ['-b', '1024', '-I', '128'] },
  '512-byte inodes, sparse_super2': {
    features: '64bit,metadata_csum,sparse_super2,^resize_inode',
    options: ['-b', '4096', '-I', '512'],
  },
  'ext3 layout (no extents)': {
    features: '^extent,^64bit,^metadata_csum,^huge_file,^flex_bg,^dir_nlink,^extra_isize',
    options: ['-b', '1024'],
  },
  'ext2 layout (no extents, journal, index, types)': {
    features:
      '^extent,^64bit,^metadata_csum,^huge_file,^flex_bg,^has_journal,^dir_index,^filetype,^sparse_super,^large_file,^resize_inode',
    options: ['-b', '1024'],
  },
  'metadata_csum, no dir_index': { features: '64bit,metadata_csum,^dir_index', options: ['-b', '1024'] },
  'meta_bg, small groups': {
    features: '64bit,metadata_csum,meta_bg,^resize_inode',
    options: ['-b', '1024', '-g', '1024'],
  },
  'meta_bg without sparse_super, flex_bg, checksums': {
    features: '^64bit,^metadata_csum,meta_bg,^resize_inode,^flex_bg,^sparse_super',
    options: ['-b', '1024', '-g', '256', '-N', '2048'],
  },
  'many inodes, uninitialised tables': {
    features: '64bit,metadata_csum',
    options: ['-b', '1024', '-N', '8192', '-g', '2048'],
    extended: ['lazy_itable_init=1', 'packed_meta_blocks=1'],
  },
  'large_dir, no huge_file': {
    features: '64bit,metadata_csum,large_dir,^huge_file',
    options: ['-b', '1024'],
  },
};
