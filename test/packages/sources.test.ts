import { describe, expect, it } from 'vitest';
import { archivesExpire, sourcesIn } from '../../src/packages/apt-files.ts';
import { parseSources } from '../../src/packages/sources.ts';

const list = (text: string) => parseSources('/etc/apt/sources.list', text, 'armhf');
const deb822 = (text: string) => parseSources('/etc/apt/sources.list.d/x.sources', text, 'armhf');
const trusted = { kind: 'trusted' };

describe('sources.list', () => {
  it('is read as on Raspbian Buster', () => {
    expect(
      list(
        '# comment\n\ndeb http://raspbian.raspberrypi.org/raspbian/ buster main contrib non-free rpi\n# Uncomment\n#deb-src http://x/ buster main\ndeb-src http://x/ buster main\n',
      ),
    ).toEqual([
      {
        from: '/etc/apt/sources.list:3',
        uri: 'http://raspbian.raspberrypi.org/raspbian/',
        suite: 'buster',
        components: ['main', 'contrib', 'non-free', 'rpi'],
        signedBy: trusted,
      },
    ]);
  });

  it.each([
    ['deb [arch=armhf,arm64] http://a b c', 1],
    ['deb [ arch=arm64 ] http://a b c', 0],
    ['deb [arch-=armhf] http://a b c', 0],
    ['deb [arch+=amd64] http://a b c', 1],
    ['deb\thttps://a/x\tb\tc # why', 1],
    ['deb cdrom:[Debian]/ b c', 0],
    ['deb file:/srv b c', 0],
    ['deb http://a/ ./', 1],
    ['', 0],
  ])('%j has %i sources', (line, count) => expect(list(line)).toHaveLength(count));

  it('reads the options', () => {
    expect(
      list('deb [signed-by=/usr/share/keyrings/a.gpg,/b.asc check-valid-until=no lang=de] http://a b c')[0],
    ).toMatchObject({
      checkValidUntil: false,
      signedBy: { kind: 'named', paths: ['/usr/share/keyrings/a.gpg', '/b.asc'], fingerprints: [] },
    });
    expect(list('deb [signed-by=0123abcd!] http://a x/$(ARCH)/ ')[0]).toMatchObject({
      suite: 'x/armhf/',
      signedBy: { kind: 'named', paths: [], fingerprints: ['0123ABCD!'] },
    });
  });

  it.each([
    'deb http://a',
    'deb http://a buster',
    'dab http://a b c',
    'deb http://a ../../b c',
    'deb http://a b ../c',
    'deb http://a b c/../../d',
    'deb http://[ b c',
    'deb http://a b?x c',
  ])('refuses %j', (line) => {
    expect(() => list(`\n${line}`)).toThrow(/sources\.list:2 in the image is no package source/);
  });
});

describe('deb822 sources', () => {
  it('are read as on Raspberry Pi OS trixie', () => {
    const found = deb822(
      'Types: deb deb-src\nURIs: http://ftp.debian.org/debian/ http://mirror\nSuites: trixie trixie-updates\nComponents: main contrib\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n\nTypes: deb-src\nURIs: http://x\nSuites: y\nComponents: z\n\nEnabled: no\nTypes: deb\nURIs: http://x\nSuites: y\nComponents: z\n',
    );
    expect(found.map(({ uri, suite }) => `${uri} ${suite}`)).toEqual([
      'http://ftp.debian.org/debian/ trixie',
      'http://ftp.debian.org/debian/ trixie-updates',
      'http://mirror/ trixie',
      'http://mirror/ trixie-updates',
    ]);
    expect(found[0]?.signedBy).toMatchObject({ paths: ['/usr/share/keyrings/debian-archive-keyring.gpg'] });
  });

  it('may hold the key itself', () => {
    const text =
      'Types: deb\nURIs: http://x\nSuites: y\nComponents: z\nSigned-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mDME\n -----END PGP PUBLIC KEY BLOCK-----\n';
    expect(deb822(text)[0]?.signedBy).toEqual({
      kind: 'key',
      armored: '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDME\n-----END PGP PUBLIC KEY BLOCK-----',
    });
  });

  it.each([
    'Types: deb\nSuites: y\nComponents: z',
    'Types: deb\nURIs: http://x\nComponents: z',
    'Types: deb\nURIs: http://x\nSuites: y',
  ])('refuse %j', (text) => expect(() => deb822(text)).toThrow(/no package source/));
});

describe('sourcesIn', () => {
  it('takes each component of a suite once', () => {
    const texts = {
      '/etc/apt/sources.list': 'deb http://a b main\ndeb http://a/ b main contrib\n',
      '/etc/apt/sources.list.d/c.list': 'deb http://a b contrib\ndeb http://a ./\ndeb http://a ./\n',
    };
    expect(
      sourcesIn({ texts, keyrings: {} }, 'armhf').map(({ suite, components }) => [suite, ...components]),
    ).toEqual([['b', 'main'], ['b', 'contrib'], ['./']]);
  });
});

describe('archivesExpire', () => {
  it.each([
    ['', true],
    ['Acquire::Check-Valid-Until "false";', false],
    ['Acquire { Check-Valid-Until "no"; };', false],
    ['Acquire::Check-Valid-Until false;', false],
    ['// Acquire::Check-Valid-Until "false";', true],
    ['# Acquire::Check-Valid-Until "false";', true],
    ['/* Acquire::Check-Valid-Until "false"; */', true],
    ['Acquire::Check-Valid-Until "false";\nAcquire::Check-Valid-Until "true";', true],
  ])('%j: %s', (text, expected) => {
    expect(archivesExpire({ texts: { '/etc/apt/apt.conf.d/99x': text }, keyrings: {} })).toBe(expected);
  });
});
