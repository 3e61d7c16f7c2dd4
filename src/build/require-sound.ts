import type { CheckedBase } from '../image/check/checked-base.ts';
import { checkImage, type PartitionReport } from '../image/check/image.ts';
import { openFileDevice } from '../image/file-device.ts';
import type { EditedDevice } from '../image/zeroed-free.ts';
import { PiImageError } from '../model/errors.ts';

/**
 * Checks the file systems of an edited image before it is written. Faults that its base, a raw file, had before are not
 * our business: they did not keep it from being opened. Throws `image.verify` for new ones.
 * @param base a file, or what was checked of it
 */
export function requireSound(edited: EditedDevice, base: string | CheckedBase): void {
  const found = faultsOf(typeof base === 'string' ? checkImage(edited) : base.check(edited));
  if (found.length === 0) return;
  const known = new Set(faultsOf(typeof base === 'string' ? checkFile(base) : base.reports));
  const added = found.filter((message) => !known.has(message));
  if (added.length === 0) return;
  throw new PiImageError('image.verify', 'the edited image has faults that its base has not', {
    help: 'This is a mistake of pi-image: please report it, with the lines above. Nothing was written.',
    problems: added.map((message) => ({ message })),
  });
}

function checkFile(path: string): readonly PartitionReport[] {
  const device = openFileDevice(path, { writable: false });
  try {
    return checkImage(device);
  } finally {
    device.close();
  }
}

function faultsOf(reports: readonly PartitionReport[]): readonly string[] {
  return reports.flatMap(({ number, fileSystem, findings = [] }) =>
    findings.map((message) => `partition ${number} (${fileSystem}): ${message}`),
  );
}
