import { PiImageError } from '../model/errors.ts';
import type { Secret } from '../model/secret.ts';

/**
 * The address in the spelling of the URL Standard (https://url.spec.whatwg.org), which leaves no space, quote, backslash
 * or control character in it. No error shows it.
 */
export function callBackAddress(secret: Secret): string {
  const url = URL.parse(secret.reveal().trim());
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new PiImageError('spec.invalid', 'first-boot.notify is no http or https address', {
      help: 'write it as https://host/path',
    });
  }
  url.hash = '';
  return url.href;
}
