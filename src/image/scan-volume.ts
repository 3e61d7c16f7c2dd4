import type { ScannedEntry, Volume } from '../model/volume.ts';

/** All of a directory, also of a volume that has no faster way. */
export function scanVolume(volume: Volume, directory: string): readonly ScannedEntry[] {
  if (volume.scan) return volume.scan(directory);
  return volume.list(directory).flatMap(({ name }) => {
    const path = directory === '/' ? `/${name}` : `${directory}/${name}`;
    const entry = volume.stat(path);
    if (!entry) return [];
    return [
      {
        ...entry,
        name,
        open: () => volume.open(path),
        readLink: () => volume.readLink(path),
        extendedAttributes: () => new Map(),
      },
    ];
  });
}
