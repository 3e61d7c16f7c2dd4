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
    async make(draft, signal) {
      if (context.offline) throw offline(title);
      const { sha256, ...fetched } = await fetchImage(image, draft, { ...context, signal });
      context.copy?.accept();
      const facts = { name, title, ...fetched, ...(sha256 && { imageSha256: sha256 }) };
      return { key: pin.sha256, facts };
    },
  });
  await keepPublisherPin(image.mirrors, pin, context);
  context.onEvent?.(trustEvent(title, pin));
  const { format, size, archiveSha256, imageSha256, imagePath, archivePath, blocks } = entry;
  return {
    ...{ name, title, format, size },
    path: imagePath,
    sha256: archiveSha256,
    ...(imageSha256 && { imageSha256 }),
    ...(blocks && { archive: { path: archivePath, blocks } }),
  };
}
