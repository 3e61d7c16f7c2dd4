import { isDefaultPassword } from '../content/credentials.ts';
import { readFacts } from '../image/facts/read-facts.ts';
import type { OpenImage } from '../image/open-image.ts';

/** An edited image with its facts read again: an edit may have changed the host name, or what there is. */
export function asItIsNow(image: OpenImage): OpenImage {
  const { bootDir } = image.os;
  return { ...image, os: readFacts(image.tree, { bootDir, isDefaultPassword }) };
}
