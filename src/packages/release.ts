import { PiImageError } from '../model/errors.ts';
import { parseParagraphs } from './control.ts';
import { numberOf } from './package.ts';
import type { AptSource } from './sources.ts';

export interface IndexFile {
  /** Below the folder of the Release file. */
  readonly path: string;
  /** Hex. */
  readonly sha256: string;
  readonly size: number;
}

/** What the Release file of a suite says (https://wiki.debian.org/DebianRepository/Format). */
export interface Release {
  readonly suite: string;
  readonly codename: string;
  readonly origin: string;
  readonly label: string;
  readonly version: string;
  readonly date: Date;
  readonly validUntil?: Date;
  readonly byHash: boolean;
  /** Whether packages for all architectures have an index of their own, instead of being in each. */
  readonly separateAll: boolean;
  /** As in `Candidate`, unless the image has pins. */
  readonly preference: number;
  readonly files: ReadonlyMap<string, IndexFile>;
}

const fields = new Set([
  'origin',
  'label',
  'version',
  'suite',
  'codename',
  'date',
  'valid-until',
  'acquire-by-hash',
  'architectures',
  'no-support-for-architecture-all',
  'notautomatic',
  'butautomaticupgrades',
  'sha256',
]);

export function parseRelease(what: string, text: string): Release {
  const [release, ...more] = parseParagraphs(what, text, fields);
  const date = dateOf(release?.get('date'));
  if (!release || more.length > 0 || !date) throw malformed(what, 'it has no proper date');
  const validUntil = dateOf(release.get('valid-until'));
  if (release.has('valid-until') && !validUntil) throw malformed(what, 'its Valid-Until is no date');
  return {
    suite: release.get('suite') ?? '',
    codename: release.get('codename') ?? '',
    origin: release.get('origin') ?? '',
    label: release.get('label') ?? '',
    version: release.get('version') ?? '',
    date,
    ...(validUntil && { validUntil }),
    separateAll:
      hasWord(release.get('architectures'), 'all') &&
      !hasWord(release.get('no-support-for-architecture-all'), 'Packages'),
    byHash: release.get('acquire-by-hash') === 'yes',
    preference:
      release.get('notautomatic') !== 'yes' ? 500 : release.get('butautomaticupgrades') === 'yes' ? 100 : 1,
    files: new Map(filesIn(what, release.get('sha256') ?? '').map((file) => [file.path, file])),
  };
}

function hasWord(text: string | undefined, word: string): boolean {
  return (text ?? '').split(/\s+/).includes(word);
}

function filesIn(what: string, text: string): IndexFile[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, sha256 = '', digits, path = ''] = /^\s*([0-9a-f]{64})\s+(\d+)\s+(\S+)\s*$/i.exec(line) ?? [];
      const size = numberOf(digits);
      if (size === undefined) throw malformed(what, 'its list of digests is damaged');
      return { path, sha256: sha256.toLowerCase(), size };
    });
}

/** A clock that is a little slow shall not refuse an archive of this minute. */
const tolerance = 60 * 60 * 1000;

/**
 * Refuses a Release file that is not that of the suite asked for, comes from the future or has expired: each is how an
 * attacker in between would serve old packages with known holes under a good signature.
 */
export function checkRelease(
  what: string,
  release: Release,
  { suite }: Pick<AptSource, 'suite'>,
  { now, archivesExpire }: { readonly now: Date; readonly archivesExpire: boolean },
): void {
  if (
    !suite.endsWith('/') &&
    !answersTo(suite).some((name) => [release.suite, release.codename].includes(name))
  ) {
    const has = [release.codename, release.suite].filter(Boolean).join(', ') || 'no name at all';
    throw new PiImageError('source.signature', `${what} is not of the suite ${suite} but of ${has}`, {
      help: 'the server has a wrong file; write the suite by the name it has now, or use another mirror',
    });
  }
  if (release.date.getTime() > now.getTime() + tolerance) {
    throw new PiImageError(
      'source.signature',
      `${what} is from ${release.date.toISOString()}, which is yet to come`,
      {
        help: `the time of the build is ${now.toISOString()}: set the clock, or SOURCE_DATE_EPOCH, right`,
      },
    );
  }
  if (archivesExpire && release.validUntil && release.validUntil.getTime() < now.getTime()) {
    throw new PiImageError('source.signature', `${what} expired on ${release.validUntil.toISOString()}`, {
      help: "the mirror is no longer kept up, or shows an old state: use another one; of an archive that is frozen for good, set `Acquire::Check-Valid-Until` as the image's release needs it",
    });
  }
}

/** `buster/updates` is how Debian's security archive called the suite of buster until 2021. */
function answersTo(suite: string): string[] {
  return [suite, suite.replace(/\/[^/]*$/, '')];
}

/** RFC 1123 in UTC, as the format asks; anything else would be read by the time zone of this machine. */
function dateOf(text: string | undefined): Date | undefined {
  if (
    text === undefined ||
    !/^[A-Z][a-z]{2}, [ \d]?\d [A-Z][a-z]{2} \d{4} \d{1,2}:\d{2}:\d{2} (UTC|GMT|\+0000|Z)$/.test(text)
  ) {
    return undefined;
  }
  const date = new Date(text.replace(/(\+0000|Z)$/, 'UTC'));
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function malformed(what: string, why: string): PiImageError {
  return new PiImageError('source.malformed', `${what} cannot be read: ${why}`);
}
