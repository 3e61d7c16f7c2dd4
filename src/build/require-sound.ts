import { checkImage, type PartitionReport } from '../image/check/image.ts';
import type { BlockDevice } from '../image/device.ts';
import { openFileDevice } from '../image/file-device.ts';
import { PiImageError } from '../model/errors.ts';

/**
 * Checks the file systems of an edited image before it is written. Faults that its base, a raw file, had before are not
 * our business: they did not keep it from being opened. Throws `image.verify` for new ones.
 */
export function requireSound(edited: BlockDevice, basePath: string): void {
  const found = faultsOf(checkImage(edited));
  if (found.length === 0) return;
  const base = openFileDevice(basePath, { writable: false });
  try {
    const known = new Set(faultsOf(checkImage(base)));
    const added = found.filter((message) => !known.has(message));
    if (added.length === 0) return;
    throw new PiImageError('image.verify', 'the edited image has faults that its base has not', {
      help: 'This is a mistake of pi-image: please report it, with the lines above. Nothing was written.',
      problems: added.map((message) => ({ message })),
    });
  } finally {
    base.close();
  }
}

function faultsOf(reports: readonly PartitionReport[]): readonly string[] {
  return reports.flatMap(({ number, fileSystem, findings = [] }) =>
    findings.map((message) => `partition ${number} (${fileSystem}): ${message}`),
  );
}
