import type { OsFacts } from '../model/os.ts';

/** A board as Raspberry Pi Imager lets its user choose one: an image is offered for it when both have a tag in common. */
export interface ImagerDevice {
  readonly name: string;
  readonly tags: readonly string[];
  readonly icon?: string;
  readonly description: string;
  /** Whether images without tags are offered too. */
  readonly matching_type: 'exclusive' | 'inclusive';
}

interface Board extends ImagerDevice {
  /** Kernels that the firmware of the board looks for, where config.txt names none. */
  readonly kernels: readonly string[];
  /** Name of the device tree without which Linux does not start on it; its number differs between kernels. */
  readonly tree: RegExp;
}

const icon = (name: string): string => `https://downloads.raspberrypi.com/imager/icons/RPi_${name}.png`;
const [arm64, pi5] = ['kernel8.img', 'kernel_2712.img'] as const;
const [armv6, armv7, lpae] = ['kernel.img', 'kernel7.img', 'kernel7l.img'] as const;
const [both, only32] = [(tag: string) => [`${tag}-64bit`, `${tag}-32bit`], (tag: string) => [`${tag}-32bit`]];

/** Names and tags are those of `imager.devices` in os_list_imagingutility_v4.json. */
const boards: readonly Board[] = [
  {
    ...{ name: 'Raspberry Pi 5', tags: both('pi5'), icon: icon('5'), matching_type: 'exclusive' },
    description: 'Raspberry Pi 5, 500 / 500+, and Compute Module 5',
    ...{ kernels: [pi5, arm64], tree: /^bcm2712\w*-rpi-5/ },
  },
  {
    ...{ name: 'Raspberry Pi 4', tags: both('pi4'), icon: icon('4'), matching_type: 'inclusive' },
    description: 'Raspberry Pi 4 Model B, 400, and Compute Module 4 / 4S',
    ...{ kernels: [arm64, lpae], tree: /-rpi-4-b\.dtb$/ },
  },
  {
    ...{
      name: 'Raspberry Pi Zero 2 W',
      tags: both('pi3'),
      icon: icon('Zero_2_W'),
      matching_type: 'inclusive',
    },
    description: 'Raspberry Pi Zero 2 W',
    ...{ kernels: [arm64, armv7], tree: /-rpi-zero-2/ },
  },
  {
    ...{ name: 'Raspberry Pi 3', tags: both('pi3'), icon: icon('3'), matching_type: 'inclusive' },
    description: 'Raspberry Pi 3 Model A+ / B / B+ and Compute Module 3 / 3+',
    ...{ kernels: [arm64, armv7], tree: /-rpi-3-b/ },
  },
  {
    ...{ name: 'Raspberry Pi 2', tags: only32('pi2'), icon: icon('2'), matching_type: 'inclusive' },
    description: 'Raspberry Pi 2 Model B',
    ...{ kernels: [armv7], tree: /-rpi-2-b/ },
  },
  {
    ...{ name: 'Raspberry Pi Zero', tags: only32('pi1'), icon: icon('Zero'), matching_type: 'inclusive' },
    description: 'Raspberry Pi Zero, Zero W, and Zero WH',
    ...{ kernels: [armv6], tree: /-rpi-zero(-w)?\.dtb$/ },
  },
  {
    ...{ name: 'Raspberry Pi 1', tags: only32('pi1'), icon: icon('1'), matching_type: 'inclusive' },
    description: 'Raspberry Pi 1 Model A / A+ / B / B+ and Compute Module 1',
    ...{ kernels: [armv6], tree: /-rpi-b-plus\.dtb$/ },
  },
];

const everything: ImagerDevice = {
  ...{ name: 'No filtering', tags: [], matching_type: 'inclusive' },
  description: 'Show every possible image',
};

/** Tags that Imager knows. */
export const imagerTags: readonly string[] = [...new Set(boards.flatMap(({ tags }) => tags))];

/** What of a system says on which boards it starts. */
export interface BootFacts extends Pick<OsFacts, 'arch' | 'bootFiles'> {
  /** config.txt names a kernel, so that none of the usual names is looked for. */
  readonly namesKernel: boolean;
}

/** Tags of boards, and the choices that a list needs of its own: without them Imager offers nothing that has tags. */
export interface ImagerDevices {
  readonly tags: readonly string[];
  readonly choices: readonly ImagerDevice[];
}

/** The boards that an image has a kernel and a device tree for, the newest first; undefined where none is known. Pure. */
export function startingDevices({ arch, bootFiles, namesKernel }: BootFacts): ImagerDevices | undefined {
  const width = arch === 'arm64' ? '-64bit' : '-32bit';
  const starts = ({ kernels, tree }: Board): boolean => {
    const usable = kernels.filter((name) => arch === 'armhf' || name === arm64 || name === pi5);
    // A kernel of the publisher's own is hardly one for the ARMv6 of the first boards.
    const hasKernel = namesKernel
      ? !kernels.includes(armv6)
      : usable.some((name) => bootFiles.includes(name));
    return hasKernel && bootFiles.some((name) => tree.test(name));
  };
  const found = arch === 'other' ? [] : boards.filter(starts);
  const tags = found.flatMap((board) => board.tags.filter((tag) => tag.endsWith(width)));
  return tags.length === 0 ? undefined : { tags: [...new Set(tags)], choices: choices(found) };
}

/** The boards that have one of the tags. Pure. */
export function devicesTagged(tags: readonly string[]): ImagerDevices {
  return { tags, choices: choices(boards.filter((board) => board.tags.some((tag) => tags.includes(tag)))) };
}

function choices(meant: readonly Board[]): readonly ImagerDevice[] {
  return [...meant.map(({ kernels: _, tree: __, ...device }) => device), everything];
}
