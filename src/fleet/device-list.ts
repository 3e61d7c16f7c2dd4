import { PiImageError, type Place, type Problem } from '../model/errors.ts';
import type { Locate } from '../spec/parse.ts';

/** More devices than this in one list are taken for a mistake. */
export const mostDevices = 100_000;

/** What a list says of a device under one name, and where. */
export interface Cell {
  readonly text: string;
  readonly at: Place | undefined;
}

export interface DeviceEntry {
  readonly at: Place | undefined;
  /** By the name of the column or key; what is left empty is not there. */
  readonly cells: ReadonlyMap<string, Cell>;
  /** Settings of its own, in the words of pi-image.yaml. */
  readonly settings?: { readonly value: unknown; readonly locate: Locate };
}

/** Devices in order, and the settings that all of them share when the list has these too. */
export interface DeviceList {
  /** As its user named it. */
  readonly file: string;
  /** Every name that some device may have a value for, and where it was first written. */
  readonly columns: ReadonlyMap<string, Place | undefined>;
  readonly devices: readonly DeviceEntry[];
  readonly base?: { readonly value: unknown; readonly locate: Locate };
}

/** Problems that one error shows; the rest is counted. */
const shownProblems = 20;

/** All that is wrong with a list as one `spec.invalid`; what is wrong with many devices alike is told once. */
export function invalidList(file: string, problems: readonly Problem[], help?: string): PiImageError {
  const once = [...new Map(problems.map((one) => [JSON.stringify(one), one])).values()];
  const rest = once.length - shownProblems;
  const shown = rest > 0 ? [...once.slice(0, shownProblems), { message: `… and ${rest} more` }] : once;
  return new PiImageError('spec.invalid', `the list of devices ${file} is not valid`, {
    problems: shown,
    ...(help !== undefined && { help }),
  });
}

export function problemAt(message: string, at: Place | undefined, help?: string): Problem {
  return { message, ...(at && { at }), ...(help !== undefined && { help }) };
}
