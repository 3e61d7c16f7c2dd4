import { change, type EditDraft, write } from '../model/edit.ts';
import type { OsFacts } from '../model/os.ts';

/**
 * Where the archives of Buster went. Raspbian's moved in December 2025 and the old address answers 404
 * (https://github.com/RetroPie/RetroPie-Setup/issues/4135), Debian's are on archive.debian.org since its support
 * ended. The Raspberry Pi archive itself has not moved.
 */
const moved: Readonly<Record<string, readonly (readonly [from: string, to: string])[]>> = {
  raspbian: [
    'raspbian.raspberrypi.org',
    'raspbian.raspberrypi.com',
    'mirrordirector.raspbian.org',
    'archive.raspbian.org',
  ].map((host) => [`//${host}/raspbian`, '//legacy.raspbian.org/raspbian'] as const),
  debian: [
    ...['deb', 'ftp', 'httpredir'].map(
      (name) => [`//${name}.debian.org/debian`, '//archive.debian.org/debian'] as const,
    ),
    ['//security.debian.org/debian-security', '//archive.debian.org/debian-security'],
  ],
};

/** Releases whose archives get no new signatures, so that the old ones have to be taken for good. */
const archived = ['buster'];

const sourcesList = '/etc/apt/sources.list';
const archivedConfiguration = '/etc/apt/apt.conf.d/99archived-release';
/** Its lists expired long ago, and what was "stable" then is "oldoldstable" now, which apt would ask about. */
const archivedSettings = [
  'Acquire::Check-Valid-Until "false";',
  'Acquire::AllowReleaseInfoChange::Suite "true";',
];

export function isArchived(os: OsFacts): boolean {
  return archived.includes(os.codename) && os.id in moved;
}

/** Addresses, without their scheme, where the packages of this release no longer are. */
export function goneArchives(os: OsFacts): readonly string[] {
  return isArchived(os) ? (moved[os.id] ?? []).map(([from]) => from) : [];
}

/** The old addresses alone are replaced: a mirror that the image was given stays. */
export function aptRepairs(os: OsFacts): EditDraft[] {
  return [
    ...(moved[os.id] ?? []).map(([from, to]) =>
      change(sourcesList, { op: 'replace-text', from, to }, { ifMissing: 'skip' }),
    ),
    write(archivedConfiguration, `${archivedSettings.join('\n')}\n`, { mode: 0o644 }),
  ];
}
