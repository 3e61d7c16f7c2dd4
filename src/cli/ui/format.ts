const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Bytes as people say them, in powers of ten as on the box of an SD card: `1.24 GB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

/** `0.4 s`, `12 s`, `3 min 20 s`. */
export function formatDuration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const rounded = Math.round(seconds);
  return `${Math.floor(rounded / 60)} min ${rounded % 60} s`;
}

export function formatMode(mode: number, kind: string): string {
  const type = { directory: 'd', link: 'l', file: '-' }[kind] ?? '?';
  const bit = (mask: number, letter: string) => (mode & mask ? letter : '-');
  const special = (execute: number, flag: number, lower: string, upper: string) =>
    mode & flag ? (mode & execute ? lower : upper) : bit(execute, 'x');
  return [
    type,
    bit(0o400, 'r'),
    bit(0o200, 'w'),
    special(0o100, 0o4000, 's', 'S'),
    bit(0o040, 'r'),
    bit(0o020, 'w'),
    special(0o010, 0o2000, 's', 'S'),
    bit(0o004, 'r'),
    bit(0o002, 'w'),
    special(0o001, 0o1000, 't', 'T'),
  ].join('');
}
