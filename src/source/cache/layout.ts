import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheFailure } from './write-failure.ts';

/**
 * What lies where in a cache. Everything has a name that can be told from a user's file, because `clear` removes by name.
 *
 *     CACHEDIR.TAG                 tells backup programs to skip it, and us that the folder is ours
 *     images/<sha256>/             a whole, checked base image: image.img and, written when that is on the disk, entry.json
 *     downloads/<sha256>/          an archive on its way, or kept: archive and about.json
 *     drafts/<name>.<uuid>/        an image being unpacked; becomes images/<sha256> by renaming
 *     files/<sha256>               a file that goes into images: a package, a part of a container image
 *     files/<sha256>.json          which of them belong to what, for builds without a network
 *     pieces/<sha256>/<name>       what a part of that base image is compressed to, for the next build
 *     known/<sha256>.json          digests remembered of URLs and local files
 *     locks/<name>.lock            who works on what
 */
export interface CacheLayout {
  readonly root: string;
  readonly images: string;
  readonly downloads: string;
  readonly drafts: string;
  readonly files: string;
  readonly pieces: string;
  readonly known: string;
  readonly locks: string;
}

export const tagName = 'CACHEDIR.TAG';

/** The first line is fixed by the Cache Directory Tagging Specification, https://bford.info/cachedir/ */
export const tagText = `Signature: 8a477f597d28d172789f06886806bc55
# Base images of pi-image. All of it can be fetched again; \`pi-image cache clear\` removes it.
`;

export function cacheLayout(root: string): CacheLayout {
  const at = (name: string): string => path.join(root, name);
  return {
    root,
    images: at('images'),
    downloads: at('downloads'),
    drafts: at('drafts'),
    files: at('files'),
    pieces: at('pieces'),
    known: at('known'),
    locks: at('locks'),
  };
}

/** Makes what is missing. `output.permission` or `output.no-space` when that cannot be. */
export async function prepareCache(layout: CacheLayout): Promise<void> {
  try {
    const { root, ...folders } = layout;
    for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true });
    // A tag that is there already may be that of another program which shares the folder.
    await writeFile(path.join(root, tagName), tagText, { flag: 'wx' }).catch((error) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } catch (error) {
    throw cacheFailure(layout.root, error);
  }
}
