import type { BuildOption } from './build-option.ts';

/** Options that say how the image is written, which `plan` has no use for. */
export const writeOptions: readonly BuildOption[] = [
  { flags: '--dry-run', group: 'Run', description: 'show the plan and write nothing' },
  { flags: '--overwrite', group: 'Run', description: 'replace the output file if it exists' },
  { flags: '--checksums', group: 'Run', description: 'write SHA256SUMS beside the output' },
  {
    flags: '--bmap',
    group: 'Run',
    description:
      'write a block map beside the output, and into a .zip: bmaptool and Etcher then flash only what is in use',
  },
  {
    flags: '--zero-free',
    group: 'Run',
    description:
      'write zeros where the file systems have nothing: smaller archives, and no remains of deleted files',
  },
  {
    flags: '--compression-level <n>',
    group: 'Run',
    description:
      'from fast to small: 0–9 for .img.xz (6), 1–9 for .img.gz and .zip (6), 1–19 for .img.zst (9); what a base .img.xz has compressed already is taken over as it is',
  },
  {
    flags: '--lint <mode>',
    group: 'Run',
    choices: ['off', 'warn', 'error'],
    description:
      'what comes of what lint finds in the finished image: nothing, it is told (warn, the default), or an error ends the build',
  },
  {
    flags: '--verify <extent>',
    group: 'Run',
    choices: ['written', 'full'],
    description:
      'how much of the finished image is read back: what was edited and samples of the rest, or all',
  },
  { flags: '--no-verify', group: 'Run', description: 'do not read the finished image back' },
];

/** Options that say how the image is published; one that is personalized is nobody else's. */
export const publishOptions: readonly BuildOption[] = [
  {
    flags: '--release <dir>',
    group: 'Release',
    description:
      'write a release into a new folder: the image in one or more formats, SHA256SUMS, block map, manifest, bills of materials, provenance and notes; implies --public',
  },
  {
    flags: '--formats <list>',
    group: 'Release',
    description: 'formats of a --release, such as img.xz,zip; default: that of --output, or img.xz',
  },
  {
    flags: '--release-url <url>',
    group: 'Release',
    description:
      'address of the folder that a --release will be downloaded from: adds a list for Raspberry Pi Imager',
  },
  {
    flags: '--release-title <text>',
    group: 'Release',
    description: 'what that list calls the image; default: its name',
  },
  {
    flags: '--release-description <text>',
    group: 'Release',
    description: 'what it says below that; default: system and base image',
  },
  {
    flags: '--release-icon <url>',
    group: 'Release',
    description: 'picture that it shows, 40 pixels wide and high; default: one of Imager itself',
  },
  {
    flags: '--release-website <url>',
    group: 'Release',
    description: 'page about the image, which Imager links to',
  },
  {
    flags: '--release-devices <list>',
    group: 'Release',
    description:
      'boards that Imager offers it for, such as pi4-64bit,pi5-64bit; default: those that the image has a kernel and a device tree for',
  },
  {
    flags: '--public',
    group: 'Release',
    description: 'the image is for everybody: end the build if lint finds a leak or an error in it',
  },
  { flags: '--no-public', group: 'Release', description: 'a --release that is not for everybody' },
];
