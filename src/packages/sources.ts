import { PiImageError } from '../model/errors.ts';
import { type Paragraph, parseParagraphs } from './control.ts';

/** One suite of one archive that apt takes packages from (sources.list(5)). */
export interface AptSource {
  /** File it is in, for messages. */
  readonly from: string;
  /** http or https, with a slash at the end. */
  readonly uri: string;
  /** `buster`, `buster/updates`; with a slash at the end it is a path, and there are no components. */
  readonly suite: string;
  readonly components: readonly string[];
  readonly signedBy: SignedBy;
  /** What the source itself says about expired archives; undefined leaves it to apt's settings. */
  readonly checkValidUntil?: boolean;
}

/** Which keys may sign: all that the image trusts for apt, those of some files, those with fingerprints, or a key itself. */
export type SignedBy =
  | { readonly kind: 'trusted' }
  | { readonly kind: 'named'; readonly paths: readonly string[]; readonly fingerprints: readonly string[] }
  | { readonly kind: 'key'; readonly armored: string };

const bySlash = (path: string): string => (path.endsWith('/') ? path : `${path}/`);

/** The sources of one file, for packages of `arch`; `deb-src`, switched off ones, and media that are not on the network are left out. */
export function parseSources(path: string, text: string, arch: string): readonly AptSource[] {
  return path.endsWith('.sources') ? parseDeb822(path, text, arch) : parseOneLine(path, text, arch);
}

const oneLine = /^deb\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)((?:\s+\S+)*)$/;

function parseOneLine(path: string, text: string, arch: string): AptSource[] {
  return text.split('\n').flatMap((line, index) => {
    const words = line.replace(/#.*/, '').trim();
    if (words === '' || /^deb-src\s/.test(words)) return [];
    const [, options = '', uri = '', suite = '', components = ''] = oneLine.exec(words) ?? [];
    if (uri === '') throw malformed(`${path}:${index + 1}`, words);
    const settings = optionsIn(options);
    return makeSources(
      {
        from: `${path}:${index + 1}`,
        uris: [uri],
        suites: [suite],
        components: wordsIn(components),
        architectures: settings.get('arch'),
        without: settings.get('arch-'),
        signedBy: settings.get('signed-by')?.join(' '),
        checkValidUntil: settings.get('check-valid-until')?.[0],
      },
      arch,
    );
  });
}

/** `arch=armhf,arm64 signed-by=/a.gpg`: `+=` adds to the default, which changes nothing for the image's own architecture. */
function optionsIn(text: string): Map<string, string[]> {
  const options = new Map<string, string[]>();
  for (const word of wordsIn(text)) {
    const [, name = '', operator = '', value = ''] = /^([a-z-]+?)([+-]?=)(.*)$/i.exec(word) ?? [];
    if (operator === '+=') continue;
    options.set(`${name.toLowerCase()}${operator === '-=' ? '-' : ''}`, value.split(','));
  }
  return options;
}

const fields = new Set([
  'types',
  'uris',
  'suites',
  'components',
  'enabled',
  'architectures',
  'architectures-remove',
  'signed-by',
  'check-valid-until',
]);

function parseDeb822(path: string, text: string, arch: string): AptSource[] {
  return parseParagraphs(path, text, fields).flatMap((paragraph) => {
    const list = (name: string): string[] => wordsIn(paragraph.get(name) ?? '');
    if (!list('types').includes('deb') || isNo(paragraph.get('enabled'))) return [];
    if (list('uris').length === 0 || list('suites').length === 0) throw malformed(path, firstLine(paragraph));
    return makeSources(
      {
        from: path,
        uris: list('uris'),
        suites: list('suites'),
        components: list('components'),
        architectures: paragraph.has('architectures') ? list('architectures') : undefined,
        without: list('architectures-remove'),
        signedBy: paragraph.get('signed-by'),
        checkValidUntil: paragraph.get('check-valid-until'),
      },
      arch,
    );
  });
}

interface RawSource {
  readonly from: string;
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  readonly components: readonly string[];
  readonly architectures: readonly string[] | undefined;
  readonly without: readonly string[] | undefined;
  readonly signedBy: string | undefined;
  readonly checkValidUntil: string | undefined;
}

function makeSources(raw: RawSource, arch: string): AptSource[] {
  if (raw.architectures?.includes(arch) === false || raw.without?.includes(arch)) return [];
  const web = raw.uris.filter((uri) => /^https?:\/\/[^/]/i.test(uri));
  for (const uri of web) if (!URL.canParse(uri)) throw malformed(raw.from, uri);
  return web.flatMap((uri) =>
    raw.suites.map((name) => {
      const suite = name.replaceAll('$(ARCH)', arch);
      if (!/^[A-Za-z0-9._~+/-]{1,200}$/.test(suite) || /(^|\/)\.\.(\/|$)/.test(suite))
        throw malformed(raw.from, suite);
      if (!suite.endsWith('/') && raw.components.length === 0)
        throw malformed(raw.from, `${suite} without a component`);
      const wrong = raw.components.find(
        (one) => !/^[A-Za-z0-9][A-Za-z0-9._+/-]{0,99}$/.test(one) || one.includes('..'),
      );
      if (wrong !== undefined) throw malformed(raw.from, wrong);
      return {
        from: raw.from,
        uri: bySlash(uri),
        suite,
        components: raw.components,
        signedBy: signedByOf(raw.signedBy),
        ...(raw.checkValidUntil !== undefined && { checkValidUntil: !isNo(raw.checkValidUntil) }),
      };
    }),
  );
}

function signedByOf(text: string | undefined): SignedBy {
  if (text === undefined || text.trim() === '') return { kind: 'trusted' };
  if (text.includes('-----BEGIN PGP')) {
    // An empty line of the key stands as a dot, because an empty line would end the paragraph.
    const lines = text.trim().split('\n');
    return { kind: 'key', armored: lines.map((line) => (line.trim() === '.' ? '' : line)).join('\n') };
  }
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  return {
    kind: 'named',
    paths: words.filter((word) => word.startsWith('/')),
    fingerprints: words.filter((word) => !word.startsWith('/')).map((word) => word.toUpperCase()),
  };
}

function isNo(text: string | undefined): boolean {
  return text !== undefined && /^(no|false|without|off|disable|0)$/i.test(text.trim());
}

function wordsIn(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

function firstLine(paragraph: Paragraph): string {
  return [...paragraph].map(([name, value]) => `${name}: ${value}`)[0] ?? '';
}

function malformed(where: string, what: string): PiImageError {
  return new PiImageError(
    'plan.unsuitable',
    `${where} in the image is no package source: ${JSON.stringify(what.slice(0, 120))}`,
    { help: 'mend it with `files:`, or leave out what needs packages at build time' },
  );
}
