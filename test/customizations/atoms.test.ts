import { describe, expect, it } from 'vitest';
import { country, imagePath, line, mode, owner, secret, userName } from '../../src/customizations/atoms.ts';
import { countryCode, likelyCountry } from '../../src/customizations/countries.ts';

const reason = (result: { error?: { issues: readonly { message: string }[] } | undefined }) =>
  result.error?.issues[0]?.message;

describe('atoms', () => {
  it('country is an assigned code in upper case', () => {
    expect(country.parse('de')).toBe('DE');
    expect(country.parse('GB')).toBe('GB');
    expect(reason(country.safeParse('UK'))).toMatch(/did you mean GB/);
    expect(reason(country.safeParse('XX'))).toMatch(/such as DE/);
    expect(country.safeParse('').success).toBe(false);
    expect(['AD', 'US', 'ZW', 'AC', 'EU', 'ZZ', 'A1'].map(countryCode)).toEqual([
      'AD',
      'US',
      'ZW',
      ...Array(4).fill(undefined),
    ]);
    expect(likelyCountry('uk')).toBe('GB');
  });

  it('line lets no control character or line separator through', () => {
    for (const bad of ['a\nb', 'a\rb', 'a\0', '\u001b', '\u0085', '\u2028', '\ud800']) {
      expect(line.safeParse(bad).success, JSON.stringify(bad)).toBe(false);
    }
    expect(line.parse('Büro 東京 “x” 🍓')).toBe('Büro 東京 “x” 🍓');
  });

  it('secret is hidden, without what editors add', () => {
    const text = secret.parse('\ufeffcorrect horse\r\n');
    expect([text.reveal(), `${text}`, JSON.stringify(text)]).toEqual([
      'correct horse',
      '(hidden)',
      '"(hidden)"',
    ]);
    expect(secret.parse({ env: 'X' }).filled).toBe(false);
    for (const bad of ['', { file: '' }, { env: 'A', file: 'b' }, { text: 'x' }, 7]) {
      expect(secret.safeParse(bad).success, JSON.stringify(bad)).toBe(false);
    }
  });

  it('imagePath is absolute and goes straight', () => {
    expect(imagePath.parse('/etc/motd/')).toBe('/etc/motd');
    for (const bad of ['etc', '', '/a//b', '/a/./b', '/../a', '/a/..', '/a\n']) {
      expect(imagePath.safeParse(bad).success, bad).toBe(false);
    }
  });

  it('mode is text in octal digits', () => {
    expect([mode.parse('0644'), mode.parse('4755')]).toEqual([0o644, 0o4755]);
    expect(reason(mode.safeParse(420))).toMatch(/in quotes/);
    for (const bad of ['', '64', '0o644', '00644', '9']) expect(mode.safeParse(bad).success, bad).toBe(false);
  });

  it('owner is a user, a group, or numbers', () => {
    expect(owner.parse('pi')).toEqual({ user: 'pi', group: 'pi' });
    expect(owner.parse('1000:www-data')).toEqual({ user: 1000, group: 'www-data' });
    for (const bad of ['', ':', 'pi:', 'a:b:c', 'a b', '-1', '9999999999']) {
      expect(owner.safeParse(bad).success, bad).toBe(false);
    }
  });

  it('userName is one that Debian has not taken', () => {
    expect(userName.parse('anna-2')).toBe('anna-2');
    for (const bad of ['gpio', 'sshd', 'rpi-first-boot-wizard', 'a_b', 'a.b', '-a', 'pi\n']) {
      expect(userName.safeParse(bad).success, bad).toBe(false);
    }
  });
});
