import { PiImageError } from '../model/errors.ts';

/** An address as people may see it: without user, password and query, which may hold secrets. */
export function shown(url: string | URL): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

/** Parses an address of something that only its transport protects; `source.insecure` unless that is https, or does not leave this machine. */
export function checkedAddress(text: string): URL {
  if (!URL.canParse(text)) {
    throw new PiImageError('source.not-found', `${text} is not a URL`, { help: 'check its spelling' });
  }
  const url = new URL(text);
  if (url.protocol === 'https:' || isLocal(url)) return url;
  throw insecure(url, 'is not an https address');
}

/**
 * Where a redirect leads. Nobody leads from https to http, and nothing out there sends us to the services of this
 * machine; who began with plain http, as package archives that are signed, may go on with it.
 */
export function followedAddress(from: string, location: string): string {
  if (!URL.canParse(location, from)) {
    throw new PiImageError('source.http', `${shown(from)} redirects to something that is no URL`, {
      help: 'something is wrong with that server; look at the address in a browser',
    });
  }
  const [start, target] = [new URL(from), new URL(location, from)];
  const inwards = isLoopback(target.hostname) && !isLoopback(start.hostname);
  const plain = target.protocol === 'http:' && start.protocol === 'http:' && !isLocal(start);
  if (!inwards && (target.protocol === 'https:' || plain || isLocal(target))) return target.href;
  throw insecure(target, `is where ${shown(from)} redirects to, and not a safe https address`);
}

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

function isLocal({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && isLoopback(hostname);
}

function insecure(url: URL, what: string): PiImageError {
  return new PiImageError('source.insecure', `${shown(url)} ${what}`, {
    help: 'use https; plain http is for this machine (127.0.0.1) only, because anybody on the way can change it',
  });
}
