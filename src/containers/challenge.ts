/** What a registry asks for in WWW-Authenticate (RFC 9110 section 11.6.1): the first scheme that we know. */
export type Challenge =
  | { readonly scheme: 'basic' }
  | { readonly scheme: 'bearer'; readonly realm: string; readonly service: string; readonly scope: string };

export function parseChallenge(header: string): Challenge | undefined {
  const text = header.slice(0, 4096);
  const [, parameters] = /(?:^|,\s*)Bearer\s+(.*)/i.exec(text) ?? [];
  if (parameters !== undefined) {
    const value = (name: string): string => parameter(parameters, name) ?? '';
    if (value('realm') !== '') {
      return { scheme: 'bearer', realm: value('realm'), service: value('service'), scope: value('scope') };
    }
  }
  return /(?:^|,\s*)Basic(?:\s|$)/i.test(text) ? { scheme: 'basic' } : undefined;
}

function parameter(text: string, name: string): string | undefined {
  const found = new RegExp(`(?:^|[,\\s])${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s,"]+))`, 'i').exec(
    text,
  );
  return found?.[1]?.replace(/\\(.)/g, '$1') ?? found?.[2];
}
