import type { OpenImage } from '../image/open-image.ts';
import { scanVolume } from '../image/scan-volume.ts';
import { PiImageError } from '../model/errors.ts';
import type { ScannedEntry, Volume } from '../model/volume.ts';

/** What one image has at a path. */
export interface Side {
  readonly entry: ScannedEntry;
  readonly format: Volume['format'];
  /** Whether every account of the Pi may pass the directories that lead to it. */
  readonly reachable: boolean;
}

/** A path and what each image has there; at least one side is set. */
export interface Pair {
  readonly path: string;
  readonly before: Side | undefined;
  readonly after: Side | undefined;
}

/** Deeper than file systems in use; only a damaged one leads in circles. */
const deepest = 200;

/**
 * Every path of two images but the root, in order, directories before their content. What lies on the root partition
 * beneath the mount point of the boot partition is hidden from the Pi, and left out here too.
 */
export function* pairsOf(before: OpenImage, after: OpenImage): Generator<Pair> {
  const { bootDir } = before.os;
  const sides = [viewOf(before, bootDir), viewOf(after, bootDir)] as const;
  yield* below(
    '',
    [
      { view: sides[0], reachable: true },
      { view: sides[1], reachable: true },
    ],
    0,
  );
}

/** The volumes of one image; the boot partition of both is looked at where the first has it. */
interface View {
  readonly root: Volume;
  readonly boot: Volume | undefined;
  readonly bootDir: string;
}

function viewOf({ mounts }: OpenImage, bootDir: string): View {
  const root = mounts.find(({ at }) => at === '/')?.volume;
  if (!root) throw new Error('an open image has a root');
  return { root, boot: mounts.find(({ at }) => at !== '/')?.volume, bootDir };
}

/** One side's part in a directory; undefined where that side has no such directory. */
type Inside = { readonly view: View; readonly reachable: boolean } | undefined;

function* below(directory: string, insides: readonly [Inside, Inside], depth: number): Generator<Pair> {
  if (depth > deepest) {
    throw new PiImageError('image.damaged', `the directories at ${directory.slice(0, 100)}… never end`, {
      help: 'The file system of the image leads in circles. Check it with e2fsck.',
    });
  }
  const [old, now] = [sidesIn(insides[0], directory), sidesIn(insides[1], directory)];
  for (const name of [...new Set([...old.keys(), ...now.keys()])].sort()) {
    const [path, before, after] = [`${directory}/${name}`, old.get(name), now.get(name)];
    yield { path, before, after };
    const next = [enter(insides[0], before), enter(insides[1], after)] as const;
    if (next[0] || next[1]) yield* below(path, next, depth + 1);
  }
}

function sidesIn(inside: Inside, directory: string): ReadonlyMap<string, Side> {
  if (!inside) return new Map();
  const { view, reachable } = inside;
  const isOnBoot = view.boot !== undefined && isWithin(directory, view.bootDir);
  const volume = isOnBoot ? view.boot : view.root;
  const path = (isOnBoot ? directory.slice(view.bootDir.length) : directory) || '/';
  return new Map(
    scanVolume(volume, path).map((entry) => [entry.name, { entry, format: volume.format, reachable }]),
  );
}

function enter(inside: Inside, side: Side | undefined): Inside {
  if (!inside || side?.entry.kind !== 'directory') return undefined;
  return { view: inside.view, reachable: side.reachable && (side.entry.mode & 0o001) !== 0 };
}

const isWithin = (path: string, directory: string): boolean =>
  path === directory || path.startsWith(`${directory}/`);
