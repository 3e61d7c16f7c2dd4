import type { WasmMemory } from './web-assembly.ts';

/** FAT dates go from 1980 to 2107, in steps of two seconds. */
const earliest = Date.UTC(1980, 0, 1);
const latest = Date.UTC(2107, 11, 31, 23, 59, 58);

/** Milliseconds since 1970 that a FAT date can hold. */
export function fatClock(now: () => Date): () => number {
  return () => Math.min(latest, Math.max(earliest, now().getTime()));
}

/** Fills a C `struct tm` with UTC: what a card says must not depend on the time zone of the build machine. */
export function writeBrokenDownTime(memory: WasmMemory, pointer: number, seconds: number): void {
  const date = new Date(seconds * 1000);
  const view = new DataView(memory.buffer, pointer, 40);
  const fields = [
    date.getUTCSeconds(),
    date.getUTCMinutes(),
    date.getUTCHours(),
    date.getUTCDate(),
    date.getUTCMonth(),
    date.getUTCFullYear() - 1900,
    date.getUTCDay(),
    0,
    0,
    0,
  ];
  fields.forEach((field, index) => {
    view.setInt32(4 * index, field, true);
  });
}

/** Seconds since 1970 of a date and time as a directory entry holds them, taken as UTC. */
export function secondsOf(date: number, time: number): number {
  const day = Math.max(1, date & 0x1f);
  const month = Math.max(1, (date >> 5) & 0x0f);
  const year = 1980 + (date >> 9);
  return Date.UTC(year, month - 1, day, time >> 11, (time >> 5) & 0x3f, (time & 0x1f) * 2) / 1000;
}
