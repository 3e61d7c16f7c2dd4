import { checkLabel } from './fat-boot.ts';
import { type FatCheck, followChain, readChain } from './fat-chain.ts';
import { LongName } from './fat-long-name.ts';

const entrySize = 32;
const deleted = 0xe5;
const attribute = { volume: 0x08, directory: 0x10, longName: 0x0f } as const;
const knownAttributes = 0x3f;
/** Deeper than any path that a system could follow. */
const deepest = 200;

interface Place {
  readonly path: string;
  /** First cluster of the directory and of its parent; 0 stands for the root. */
  readonly cluster: number;
  readonly parent: number;
}

/** All entries of a directory, and what lies below them. */
export function checkFatDirectory(check: FatCheck, bytes: Uint8Array, place: Place): void {
  const { findings } = check;
  const isRoot = place.path === '';
  const short = new Set<string>();
  const long = new Set<string>();
  const labels: string[] = [];
  const entries = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let longName = new LongName();
  const dropLongName = (): void => {
    if (longName.isStarted)
      findings.add(`${place.path || '/'} holds a part of a long name without its entry`);
    longName = new LongName();
  };
  for (let at = 0; at < entries.length && entries[at] !== 0; at += entrySize) {
    const entry = entries.subarray(at, at + entrySize);
    if (entry[0] === deleted) {
      dropLongName();
      continue;
    }
    const flags = entry[11]! & knownAttributes;
    if (flags === attribute.longName) {
      if (!longName.add(entry)) dropLongName();
      continue;
    }
    if ((flags & attribute.volume) !== 0) {
      dropLongName();
      if (isRoot) labels.push(entry.subarray(0, 11).toString('latin1'));
      else findings.add(`${place.path} holds a label, which only the root can`);
      continue;
    }
    const raw = entry.subarray(0, 11);
    const text = longName.finish(raw);
    if (text === undefined) dropLongName();
    longName = new LongName();
    const name = raw.toString('latin1');
    const path = `${place.path}/${text ?? name.trimEnd()}`;
    if (short.has(name)) findings.add(`${path} is there twice`);
    short.add(name);
    if (text !== undefined && long.has(text.toUpperCase())) findings.add(`${path} is there twice`);
    if (text !== undefined) long.add(text.toUpperCase());
    if (isDots(name)) checkDots(check, entry, { ...place, at });
    else {
      if (!isPossibleName(raw)) findings.add(`${path} has an impossible short name`);
      checkFatEntry(check, entry, path, place);
    }
  }
  dropLongName();
  if (isRoot) checkLabel(check, labels);
  if (!isRoot && !(short.has('.          ') && short.has('..         ')))
    findings.add(`the directory ${place.path} does not begin with . and ..`);
}

function checkFatEntry(check: FatCheck, entry: Buffer, path: string, place: Place): void {
  const { findings, geometry } = check;
  const cluster = firstCluster(check, entry);
  const size = entry.readUInt32LE(28);
  if ((entry[11]! & attribute.directory) === 0) {
    const chain = cluster === 0 ? [] : followChain(check, cluster, path);
    if (chain.length !== Math.ceil(size / geometry.clusterSize))
      findings.add(`${path} has ${size} bytes in ${chain.length} clusters of ${geometry.clusterSize}`);
    return;
  }
  if (size !== 0) findings.add(`the directory ${path} has a size`);
  if (path.split('/').length > deepest) findings.add(`${path} lies too deep`);
  else if (cluster === 0) findings.add(`the directory ${path} has no cluster`);
  else {
    const parent = place.path === '' ? 0 : place.cluster;
    checkFatDirectory(check, readChain(check, cluster, path), { path, cluster, parent });
  }
}

/** `.` comes first and names the directory itself, `..` second and names its parent. */
function checkDots(check: FatCheck, entry: Buffer, place: Place & { readonly at: number }): void {
  const own = entry[1] !== 0x2e;
  const cluster = firstCluster(check, entry);
  const right =
    place.path !== '' &&
    place.at === (own ? 0 : entrySize) &&
    cluster === (own ? place.cluster : place.parent) &&
    (entry[11]! & attribute.directory) !== 0;
  if (!right)
    check.findings.add(`the entry ${own ? '.' : '..'} of ${place.path || 'the root directory'} is wrong`);
}

function firstCluster({ geometry }: FatCheck, entry: Buffer): number {
  return entry.readUInt16LE(26) + (geometry.format === 'fat32' ? entry.readUInt16LE(20) * 0x10000 : 0);
}

function isDots(name: string): boolean {
  return name === '.          ' || name === '..         ';
}

const forbidden: ReadonlySet<number> = new Set(Buffer.from('"*+,./:;<=>?[\\]|\x7f', 'latin1'));
const replacedFirst = 5;

/** Spaces only pad, control characters are nowhere; a first byte of 5 stands for 0xe5. */
function isPossibleName(raw: Uint8Array): boolean {
  if (raw[0] === 0x20) return false;
  return raw.every(
    (byte, index) => (byte >= 0x20 && !forbidden.has(byte)) || (index === 0 && byte === replacedFirst),
  );
}
