import { PiImageError } from '../model/errors.ts';
import type { OsFacts } from '../model/os.ts';
import type { Advice } from '../model/plan.ts';

/**
 * What may keep a Pi from coming up, or surprise its owner, that was in the base image before any edit. A Pi without
 * a monitor would show none of it. Throws `plan.unsuitable` where it would certainly wait for a key press.
 */
export function imageAdvice(os: OsFacts): readonly Advice[] {
  refuseBlockedResize(os);
  return [
    ...commandLineAdvice(os),
    ...rootAdvice(os),
    ...bootFileAdvice(os),
    ...boardAdvice(os),
    ...(os.usedBefore ? [used] : []),
  ];
}

/** raspi-config's init_resize.sh is process 1 of the first boot and ends in a dialog when something lies behind the root. */
function refuseBlockedResize({ commandLine, rootPartition }: OsFacts): void {
  if (rootPartition?.last !== false || !commandLine.includes('/init_resize.sh')) return;
  throw new PiImageError(
    'plan.unsuitable',
    'the first boot of this image grows its root partition, but another one lies behind it: the Pi would stop and ask on its screen',
    {
      help: 'move the other partition in front of the root or remove it, or take `init=…/init_resize.sh` out of cmdline.txt of the base image',
    },
  );
}

/** The firmware hands over the first line; what is on others, such as `root=`, is lost. */
function commandLineAdvice({ commandLine, bootDir }: OsFacts): Advice[] {
  if (!/\n[^\n]*\S/.test(commandLine)) return [];
  return [
    {
      level: 'warning',
      id: 'image.command-line',
      message: `${bootDir}/cmdline.txt has more than one line, and the Pi reads only the first`,
      help: 'join its lines in the base image',
    },
  ];
}

function rootAdvice({ commandLine, rootPartition, bootDir }: OsFacts): Advice[] {
  if (rootPartition === undefined) return [];
  const named = /(?:^|\s)root=PARTUUID=(\S+)/i.exec(commandLine)?.[1];
  const advice: Advice[] = [];
  if (named !== undefined && named.toLowerCase() !== rootPartition.partUuid.toLowerCase()) {
    advice.push({
      level: 'warning',
      id: 'image.root',
      message: `${bootDir}/cmdline.txt looks for the system on PARTUUID=${named}, which is not the root partition of this image: the Pi would wait for it`,
      help: `its root partition is PARTUUID=${rootPartition.partUuid}; correct cmdline.txt and /etc/fstab of the base image`,
    });
  }
  if (!rootPartition.last) {
    advice.push({
      level: 'note',
      id: 'image.root-not-last',
      message: 'another partition lies behind the root, so the root cannot grow to the whole card',
    });
  }
  return advice;
}

/** Names that a Pi looks for, with an ending that a file manager hid or an editor added; `ssh.txt` is one of them itself. */
const lookAlike =
  /^(?!ssh\.txt$)(ssh|(?:ssh|userconf|cmdline|config)\.txt|wpa_supplicant\.conf|custom\.toml|firstrun\.sh|user-data|network-config|meta-data)\.(?:txt|rtf|docx?|ya?ml)$/i;

/** Left by a tool that prepares cards, and read by the first boot after all that is in the image. */
const preparations = ['custom.toml', 'firstrun.sh', 'rpi-preseed.toml'];

function bootFileAdvice({ bootFiles, bootDir }: OsFacts): Advice[] {
  const lookAlikes = bootFiles.flatMap((name): Advice[] => {
    const meant = lookAlike.exec(name)?.[1];
    if (meant === undefined) return [];
    return [
      {
        level: 'warning',
        id: 'image.look-alike',
        message: `${bootDir}/${name} looks like ${meant}, but nothing reads a file of that name`,
        help: 'say what it is for in the settings instead, or rename it in the base image',
      },
    ];
  });
  const prepared = preparations
    .filter((name) => bootFiles.includes(name))
    .map(
      (name): Advice => ({
        level: 'warning',
        id: 'image.prepared',
        message: `${bootDir}/${name} was put into the base image to make settings at the first boot, and may undo those of this build`,
        help: 'start from an image that was not prepared by another tool',
      }),
    );
  return [...lookAlikes, ...prepared];
}

/**
 * Boards that came with or after Raspbian Buster, by what is in the name of the device tree without which Linux does not
 * start on them; the number before it differs between the kernels of Raspberry Pi and of Debian.
 */
const newerBoards: readonly (readonly [board: string, deviceTree: string])[] = [
  ['Pi 4', '-rpi-4-b'],
  ['Pi 400', '-rpi-400'],
  ['Compute Module 4', '-rpi-cm4'],
  ['Zero 2 W', '-rpi-zero-2'],
  ['Pi 5', 'bcm2712-'],
];

function boardAdvice({ bootFiles }: OsFacts): Advice[] {
  const trees = bootFiles.filter((name) => /^bcm2\d{3}-.*\.dtb$/.test(name));
  const missing = newerBoards.filter(([, tree]) => !trees.some((name) => name.includes(tree)));
  if (trees.length === 0 || missing.length === 0) return [];
  return [
    {
      level: 'note',
      id: 'image.boards',
      message: `this image is older than some boards and does not start on them: ${missing.map(([board]) => board).join(', ')}`,
    },
  ];
}

const used: Advice = {
  level: 'warning',
  id: 'image.used',
  message:
    'a Pi has run from this image: it has a machine-id or ssh host keys, which every card made from it would share',
  help: 'start from an image as it was published',
};
