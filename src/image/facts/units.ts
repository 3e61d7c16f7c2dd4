import type { ReadableTree } from '../../model/tree.ts';
import { namesIn } from './bounded-text.ts';

/** Folders of systemd, first one first (systemd.unit(5)); Debian has /lib and /usr/lib, separate or merged. */
const unitFolders = [
  '/etc/systemd/system',
  '/usr/local/lib/systemd/system',
  '/lib/systemd/system',
  '/usr/lib/systemd/system',
] as const;

/**
 * Where the unit files are. Links in /etc/systemd/system are what `systemctl enable` and `mask` make, not units,
 * so they do not count; elsewhere a link is a unit's other name.
 */
export function findUnits(tree: ReadableTree, wanted: readonly string[]): Readonly<Record<string, string>> {
  const folders = unitFolders.map((folder) => ({
    folder,
    names: new Set(
      namesIn(tree, folder).filter(
        (name) => folder !== unitFolders[0] || tree.lstat(`${folder}/${name}`)?.kind === 'file',
      ),
    ),
  }));
  const found: Record<string, string> = {};
  for (const name of wanted) {
    const place = folders.find(({ names }) => names.has(name));
    if (place) found[name] = `${place.folder}/${name}`;
  }
  return found;
}

/** Whether a target pulls the unit in by a link, as `systemctl enable` leaves it. */
export function isEnabled(tree: ReadableTree, unit: string): boolean {
  return unitFolders
    .flatMap((folder) => namesIn(tree, folder).map((name) => `${folder}/${name}`))
    .filter((path) => /\.(wants|requires)$/.test(path))
    .some((path) => tree.lstat(`${path}/${unit}`) !== undefined);
}
