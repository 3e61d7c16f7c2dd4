import type { Dispatcher } from 'undici';
import { PiImageError } from '../model/errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Connections through the proxies that the environment names (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY). Answers
 * are waited for without end: whoever asks has a clock. `connectTimeout`: milliseconds for a connection to come about,
 * 0 for no limit.
 */
export async function proxyDispatcher(environment: Environment, connectTimeout = 0): Promise<Dispatcher> {
  const { EnvHttpProxyAgent } = await import('undici');
  const read = (name: string): string =>
    environment[name.toLowerCase()] ?? environment[name.toUpperCase()] ?? '';
  // Empty strings, because what is left out undici would look up in this process' own environment.
  return new EnvHttpProxyAgent({
    httpProxy: proxyAddress(read('http_proxy') || read('all_proxy')),
    httpsProxy: proxyAddress(read('https_proxy') || read('all_proxy')),
    noProxy: read('no_proxy'),
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: connectTimeout },
  });
}

/** Proxies are often named without their scheme. */
function proxyAddress(text: string): string {
  if (text === '') return '';
  const address = /^[a-z][\w+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (/^https?:/i.test(address) && URL.canParse(address)) return address;
  throw new PiImageError(
    'source.unreachable',
    'the proxy in the environment is not an http or https address',
    {
      help: 'set HTTPS_PROXY to something like http://proxy.example:3128, or unset it',
    },
  );
}
