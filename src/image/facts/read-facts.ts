import type { OsFacts } from '../../model/os.ts';
import type { Tree } from '../../model/tree.ts';
import { architecturePackages, readArch } from './arch.ts';
import { boundedText, isPresent, namesIn, openFile } from './bounded-text.ts';
import { type InstalledPackages, readDpkgStatus } from './dpkg-status.ts';
import { bootDirectoryIn, parseFstab } from './fstab.ts';
import { parseGroup } from './group.ts';
import { linesOf } from './lines.ts';
import { readNetwork } from './network.ts';
import { parseOsRelease } from './os-release.ts';
import { parsePasswd } from './passwd.ts';
import { parseRpiIssue } from './rpi-issue.ts';
import { type IsDefaultPassword, passwordState } from './shadow.ts';
import { findUnits } from './units.ts';
import { watchedPackages, watchedPaths, watchedUnits } from './watched.ts';

export interface FactsOptions {
  readonly isDefaultPassword?: IsDefaultPassword;
  /** Where the boot partition is mounted, when the caller knows; else fstab says. */
  readonly bootDir?: OsFacts['bootDir'];
  /** When there is a partition table. */
  readonly rootPartition?: OsFacts['rootPartition'];
}

/** A person's first account on every Debian. */
const firstUserId = 1000;
const rfkillFolder = '/var/lib/systemd/rfkill';
/** A boot partition has some fifty; what is beyond is not looked at. */
const mostNames = 1000;
/** More than any kernel takes. */
const longestCommandLine = 16 * 1024;
const desktopPackages = [
  'lightdm',
  'lxsession',
  'raspberrypi-ui-mods',
  'rpd-wayland-core',
  'rpd-x-core',
] as const;

/** What the files of an image say about its operating system. Reads a bounded amount, whatever the files claim. */
export function readFacts(tree: Tree, options: FactsOptions = {}): OsFacts {
  const text = (path: string): string => boundedText(tree, path) ?? '';
  const bootDir = options.bootDir ?? findBootDirectory(tree);
  const release = parseOsRelease(text('/etc/os-release') || text('/usr/lib/os-release'));
  const issue = parseRpiIssue(text('/etc/rpi-issue')) ?? parseRpiIssue(text(`${bootDir}/issue.txt`));
  const users = parsePasswd(text('/etc/passwd'));
  const firstUser = users.find(({ uid }) => uid === firstUserId);
  const packages = readPackages(tree);
  const units = findUnits(tree, watchedUnits);
  return {
    id: release.get('ID') ?? '',
    codename: release.get('VERSION_CODENAME') ?? '',
    version: leadingNumber(release.get('VERSION_ID')),
    prettyName: release.get('PRETTY_NAME') ?? '',
    arch: readArch(tree, packages),
    ...(issue && { release: issue }),
    bootDir,
    hostname: hostnameIn(text('/etc/hostname')),
    users,
    groups: parseGroup(text('/etc/group')),
    ...(firstUser && { firstUser }),
    firstUserPassword: firstUser
      ? passwordState(text('/etc/shadow'), firstUser.name, options.isDefaultPassword)
      : 'none',
    desktop: hasDesktop(packages, units),
    network: readNetwork(tree, units),
    systemd: leadingNumber(packages.versions['systemd']),
    units,
    packages: watchedOnly(packages.versions),
    rfkillWlan: namesIn(tree, rfkillFolder)
      .filter((name) => name.endsWith(':wlan'))
      .sort()
      .map((name) => `${rfkillFolder}/${name}`),
    present: watchedPaths.filter((path) => isPresent(tree, path)),
    bootFiles: namesIn(tree, bootDir).slice(0, mostNames),
    commandLine: boundedText(tree, `${bootDir}/cmdline.txt`, longestCommandLine) ?? '',
    usedBefore: isUsed(tree),
    ...(options.rootPartition && { rootPartition: options.rootPartition }),
  };
}

/** By fstab, or else by where the files of the Pi's firmware are. */
function findBootDirectory(tree: Tree): OsFacts['bootDir'] {
  const named = bootDirectoryIn(parseFstab(boundedText(tree, '/etc/fstab') ?? ''));
  if (named) return named;
  return isPresent(tree, '/boot/firmware/config.txt') ? '/boot/firmware' : '/boot';
}

function readPackages(tree: Tree): InstalledPackages {
  const source = openFile(tree, '/var/lib/dpkg/status');
  if (source === undefined) return { versions: {}, architectures: {} };
  return readDpkgStatus(source, new Set<string>([...watchedPackages, ...architecturePackages]));
}

function watchedOnly(versions: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const watched = new Set<string>(watchedPackages);
  return Object.fromEntries(Object.entries(versions).filter(([name]) => watched.has(name)));
}

/** A desktop is one that can start: packages alone, without the display manager's unit, are leftovers. */
function hasDesktop(packages: InstalledPackages, units: Readonly<Record<string, string>>): boolean {
  return (
    units['lightdm.service'] !== undefined &&
    desktopPackages.some((name) => packages.versions[name] !== undefined)
  );
}

/** An image for copying has its machine-id empty, or the word `uninitialized` in it (machine-id(5)), and no host keys. */
function isUsed(tree: Tree): boolean {
  const hasId = /^[0-9a-f]{32}$/m.test(boundedText(tree, '/etc/machine-id', 64) ?? '');
  return hasId || namesIn(tree, '/etc/ssh').some((name) => /^ssh_host_\w+_key$/.test(name));
}

/** `12` of `12`, `11.5` or `1:247.3-7+deb11u4`; 0 when there is none. */
function leadingNumber(text: string | undefined): number {
  return Number(/^(?:\d+:)?(\d{1,6})/.exec(text ?? '')?.[1] ?? 0);
}

/** hostname(5): comments and empty lines may come first. */
function hostnameIn(text: string): string {
  const line = linesOf(text).find((one) => one.trim() !== '' && !one.startsWith('#'));
  return (line ?? '').trim().slice(0, 64);
}
