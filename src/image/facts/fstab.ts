import { linesOf } from './lines.ts';

export interface FstabEntry {
  /** As written: `PARTUUID=…`, `LABEL=…`, `UUID=…`, `/dev/…`, `proc`. */
  readonly source: string;
  readonly mountPoint: string;
  readonly type: string;
  readonly options: readonly string[];
}

/** Entries of /etc/fstab, with the octal escapes of fstab(5) resolved (`\040` is a space). */
export function parseFstab(text: string): readonly FstabEntry[] {
  return linesOf(text).flatMap((line) => {
    const [source = '', mountPoint, type = 'auto', options = 'defaults'] = line
      .trim()
      .split(/[ \t]+/)
      .map(resolveEscapes);
    if (source === '' || source.startsWith('#') || mountPoint === undefined) return [];
    return [
      { source: unquoteTag(source), mountPoint: trimSlash(mountPoint), type, options: options.split(',') },
    ];
  });
}

/** Where the image's own fstab mounts the boot partition of a Pi, if it does. */
export function bootDirectoryIn(entries: readonly FstabEntry[]): '/boot' | '/boot/firmware' | undefined {
  const points = new Set(entries.map(({ mountPoint }) => mountPoint));
  return (['/boot/firmware', '/boot'] as const).find((directory) => points.has(directory));
}

function resolveEscapes(field: string): string {
  return field.replace(/\\([0-3][0-7]{2})/g, (_escape, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}

const trimSlash = (path: string): string =>
  path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;

/** mount(8) takes `LABEL="boot"` as well. */
function unquoteTag(source: string): string {
  return source.replace(/^([A-Z]+)="(.*)"$/, '$1=$2');
}
