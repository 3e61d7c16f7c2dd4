import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { dockerCredentials, type FindCredentials } from '../containers/credentials.ts';
import { imageLayout } from '../containers/layout.ts';
import { type PulledImage, pullImage } from '../containers/pull.ts';
import { loadedName, referenceText } from '../model/container-reference.ts';
import { directory, type EditDraft, write } from '../model/edit.ts';
import { type ImagesPreload, imageNamesName, imagesFolder } from '../model/preload.ts';
import type { PreloadOptions } from './options.ts';

/** All container images that anything of the plan wants, pulled, as edits that put them into the image. */
export async function preloadImages(
  wanted: readonly ImagesPreload[],
  options: PreloadOptions,
): Promise<readonly EditDraft[]> {
  const images = wanted
    .flatMap((one) => one.images)
    .filter((one, index, all) => all.findIndex((other) => isDeepStrictEqual(one, other)) === index);
  const { fetch, cache, dockerConfig, offline, signal, onEvent } = options;
  const store = { directory: cache, offline, ...(signal && { signal }), ...(onEvent && { onEvent }) };
  const findCredentials = credentialsIn(dockerConfig);
  const pulled: PulledImage[] = [];
  for (const { reference, platform } of images) {
    const one = await pullImage(fetch, reference, { platform, store, findCredentials });
    if (one.zstd) warnOfZstd(one, options);
    pulled.push(one);
  }
  const names = pulled.map(({ reference }) => `${loadedName(reference)}\n`).join('');
  const files = [...imageLayout(pulled)].map(([name, content]) =>
    write(
      `${imagesFolder}/${name}`,
      'path' in content ? { hostFile: content.path, size: content.size } : content,
      { mode: 0o644 },
    ),
  );
  // Not every user of the Pi may read what may have come from a private registry.
  return [
    directory(imagesFolder, { mode: 0o700 }),
    ...files,
    write(`${imagesFolder}/${imageNamesName}`, names, { mode: 0o644 }),
  ];
}

/** Read when the first registry asks who we are, since most never do. */
function credentialsIn(file: string | undefined): FindCredentials {
  let find: Promise<FindCredentials> | undefined;
  const read = async (): Promise<FindCredentials> => {
    const text = file === undefined ? undefined : await readFile(file, 'utf8').catch(() => undefined);
    return text === undefined ? async () => undefined : dockerCredentials(text);
  };
  return async (registry) => {
    find ??= read();
    return (await find)(registry);
  };
}

function warnOfZstd({ reference }: PulledImage, { onEvent }: PreloadOptions): void {
  onEvent?.({
    code: 'advice',
    level: 'warning',
    id: 'containers.zstd',
    message: `${referenceText(reference)} is compressed with zstd, which Docker before 23.0 cannot load`,
    help: 'take a build of it that is compressed with gzip, or a newer Docker',
  });
}
