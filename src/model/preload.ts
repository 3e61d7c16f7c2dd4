import type { Platform } from './container-platform.ts';
import type { Reference } from './container-reference.ts';

/** A package archive that the image itself does not know of. */
export interface PackageArchive {
  /** Address of the archive; http or https. */
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
  /** Where its key is. */
  readonly keyUrl: string;
  /** Of the primary key, 40 hexadecimal digits: whatever else is at that address does not count. */
  readonly fingerprint: string;
}

/** Packages that are installed together, and where they come from besides the archives of the image. */
export interface PackageSet {
  /** `version` may be the beginning of one: `5:26.1`. */
  readonly wanted: readonly { readonly name: string; readonly version?: string }[];
  /** Taken where they can be had. */
  readonly ifAvailable: readonly string[];
  readonly archive?: PackageArchive;
}

/** Packages with all they depend on, as .deb files in a folder of the image; the key of the archive lies beside them. */
export interface PackagesPreload {
  readonly kind: 'packages';
  /** For people: `Docker`. */
  readonly title: string;
  readonly folder: string;
  /** The first one whose archive has that suite. */
  readonly sets: readonly PackageSet[];
}

/** Container images for the platform of the Pi, laid out so that a tar of the folder is what `docker load` takes. */
export interface ImagesPreload {
  readonly kind: 'container-images';
  readonly images: readonly { readonly reference: Reference; readonly platform: Platform }[];
}

/** What is fetched while the image is built, so that the Pi needs no network for it. Plain data, as all of a plan. */
export type Preload = PackagesPreload | ImagesPreload;

/** On the Pi; the first-boot runner removes it when all steps are done. */
export const preloadFolder = '/var/lib/pi-image/preloaded';

export const imagesFolder = `${preloadFolder}/containers`;
/** Beside the images: their names, one a line. */
export const imageNamesName = 'names';

/** Beside the packages: the key of an archive that the image did not know. */
export const archiveKeyName = 'archive.gpg';
