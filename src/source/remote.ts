import type { Base } from './base.ts';
import { findEntry } from './cache/entry.ts';
import { makeOnce } from './cache/make-once.ts';
import type { SourceContext } from './context.ts';
import { fetchImage, type RemoteImage } from './fetch-image.ts';
import { trustEvent } from './pin.ts';
import { keepPublisherPin, offline } from './publisher.ts';

export type NamedRemote = RemoteImage & { readonly name: string };

/** A base image from the cache, or from the network into the cache. It lies there under the digest of its pin. */
export async function obtainRemote(image: NamedRemote, context: SourceContext): Promise<Base> {
  const { name, title, pin } = image;
  const entry = await makeOnce(context.cache, {
    ...context,
    name: pin.sha256,
    title,
    find: () => findEntry(context.cache, pin.sha256),
    async make(imagePath, signal) {
      if (context.offline) throw offline(title);
      const { format, size, sha256, archiveSha256 } = await fetchImage(image, imagePath, {
        ...context,
        signal,
      });
      const digests = { archiveSha256, ...(sha256 && { imageSha256: sha256 }) };
      return { key: pin.sha256, facts: { name, title, format, size, ...digests } };
    },
  });
  await keepPublisherPin(image.mirrors, pin, context);
  context.onEvent?.(trustEvent(title, pin));
  const { format, size, archiveSha256, imageSha256, imagePath } = entry;
  return {
    ...{ name, title, format, size },
    path: imagePath,
    sha256: archiveSha256,
    ...(imageSha256 && { imageSha256 }),
  };
}
