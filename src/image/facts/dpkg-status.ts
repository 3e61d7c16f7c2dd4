import type { ByteSource } from '../../model/content.ts';

export interface InstalledPackages {
  /** Package → version, of those asked for that are installed. */
  readonly versions: Readonly<Record<string, string>>;
  /** Package → architecture, likewise. */
  readonly architectures: Readonly<Record<string, string>>;
}

const pieceSize = 256 * 1024;
const longestLine = 64 * 1024;
/** A full desktop has about 3 MB of it. */
const largestStatus = 256 * 1024 * 1024;

/**
 * Reads dpkg's status file (/var/lib/dpkg/status, deb822 format, dpkg-status in deb-control(5)) in pieces.
 * Only packages in `wanted` whose state is `installed` are kept.
 */
export function readDpkgStatus(source: ByteSource, wanted: ReadonlySet<string>): InstalledPackages {
  const versions: Record<string, string> = {};
  const architectures: Record<string, string> = {};
  let fields = new Map<string, string>();
  const finish = (): void => {
    const name = fields.get('Package') ?? '';
    if (wanted.has(name) && / installed$/.test(fields.get('Status') ?? '')) {
      versions[name] = fields.get('Version') ?? '';
      architectures[name] = fields.get('Architecture') ?? '';
    }
    fields = new Map();
  };
  for (const line of lines(source)) {
    if (line.trim() === '') {
      finish();
      continue;
    }
    const match = /^(Package|Status|Version|Architecture):(.*)/.exec(line);
    if (match) fields.set(match[1] ?? '', (match[2] ?? '').trim());
  }
  finish();
  return { versions, architectures };
}

/** Lines of a source of any size; of one that is too long, only its start is given. */
function* lines(source: ByteSource): Generator<string> {
  const size = Math.min(source.size, largestStatus);
  const piece = Buffer.alloc(Math.min(pieceSize, size));
  let rest = '';
  for (let position = 0; position < size; position += piece.length) {
    const part = piece.subarray(0, Math.min(piece.length, size - position));
    source.readInto(part, position);
    // Names, states and versions are ASCII; latin1 cannot be torn apart at the end of a piece.
    const found = (rest + part.toString('latin1')).split('\n');
    rest = (found.pop() ?? '').slice(0, longestLine);
    yield* found;
  }
  if (rest !== '') yield rest;
}
