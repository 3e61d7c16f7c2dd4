import { PackageURL } from 'packageurl-js';
import type { OsFacts } from '../model/os.ts';
import type { InstalledPackage } from '../packages/installed.ts';
import type { Tool } from './inventory.ts';

/** A package with its address (https://github.com/package-url/purl-spec). */
export interface NamedPackage extends InstalledPackage {
  readonly purl: string;
}

/** Each package with its address, in the order of the addresses, none twice. */
export function namedPackages(
  packages: readonly InstalledPackage[],
  os: Pick<OsFacts, 'id' | 'version'>,
): readonly NamedPackage[] {
  const byUrl = new Map(packages.map((one) => [debianUrl(one, os), one]));
  return [...byUrl].map(([purl, one]) => ({ ...one, purl })).sort((a, b) => (a.purl < b.purl ? -1 : 1));
}

/** `pkg:deb/raspbian/adduser@3.118?arch=all&distro=raspbian-10` */
function debianUrl(
  { name, version, arch }: Pick<InstalledPackage, 'name' | 'version' | 'arch'>,
  os: Pick<OsFacts, 'id' | 'version'>,
): string {
  // Scanners tell by these two which security tracker applies.
  const vendor = os.id || 'debian';
  const distro = os.version > 0 ? { distro: `${vendor}-${os.version}` } : {};
  return new PackageURL('deb', vendor, name, version, { arch, ...distro }).toString();
}

/** Of a program that npm has. */
export function toolUrl({ name, version }: Tool): string {
  return new PackageURL('npm', undefined, name, version).toString();
}
