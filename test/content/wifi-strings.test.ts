import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyfileString } from '../../src/content/quote.ts';
import { keyfileSsid, wpaPassphrase, wpaSsid } from '../../src/content/wifi-strings.ts';

const ssid = fc.uint8Array({ minLength: 1, maxLength: 32 });
const asciiSsid = fc.stringMatching(/^[ -~]{1,32}$/).map((text) => Uint8Array.from(Buffer.from(text)));
const passphrase = fc.stringMatching(/^[ -~]{8,63}$/);

/** The rules of hostap's wpa_config_parse_string: quoted up to the last quote, `P"…"` with escapes, else hex. */
function parseWpaString(value: string): Uint8Array | undefined {
  if (value.startsWith('"')) {
    const last = value.lastIndexOf('"');
    return last > 0 && last === value.length - 1 ? Buffer.from(value.slice(1, last), 'latin1') : undefined;
  }
  if (value.startsWith('P"')) return undefined;
  return value.length % 2 === 0 && /^[0-9a-f]*$/i.test(value) ? Buffer.from(value, 'hex') : undefined;
}

/** hostap's wpa_config_get_line: a `#` after the last quote begins a comment, then white space around the line goes. */
function valueOfLine(line: string): string {
  const first = line.indexOf('"');
  const last = first < 0 ? -1 : line.lastIndexOf('"');
  const comment = line.indexOf('#', last > first ? last : 0);
  const text = (comment < 0 ? line : line.slice(0, comment)).trim();
  return text.slice(text.indexOf('=') + 1);
}

describe('wpa_supplicant.conf', () => {
  it('reads back every SSID', () => {
    fc.assert(
      fc.property(fc.oneof(ssid, asciiSsid), (bytes) => {
        const read = parseWpaString(valueOfLine(`    ssid=${wpaSsid(bytes)}`));
        expect(Buffer.from(read ?? [])).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('reads back every pass phrase', () => {
    fc.assert(
      fc.property(passphrase, (text) => {
        const read = parseWpaString(valueOfLine(`    psk=${wpaPassphrase(text)}`));
        expect(Buffer.from(read ?? []).toString()).toBe(text);
      }),
    );
  });

  it('writes names with quotes, umlauts or control bytes as hex', () => {
    expect(wpaSsid(Buffer.from('My Net'))).toBe('"My Net"');
    expect(wpaSsid(Buffer.from('a"b'))).toBe('612262');
    expect(wpaSsid(Buffer.from('Büro'))).toBe('42c3bc726f');
    expect(wpaSsid(Uint8Array.of(0))).toBe('00');
  });
});

describe('NetworkManager', () => {
  /** A byte list where it looks like one, else the text after the escapes of a key file. */
  function parse(value: string): Buffer {
    if (/^\s*(\d{1,3}\s*;\s*)+(\d{1,3})?\s*$/.test(value)) {
      return Buffer.from(
        value
          .split(';')
          .filter((part) => part.trim() !== '')
          .map(Number),
      );
    }
    expect(value).not.toMatch(/[\\;]/);
    return Buffer.from(value.trimStart(), 'latin1');
  }

  it('reads back every SSID', () => {
    fc.assert(
      fc.property(fc.oneof(ssid, asciiSsid), (bytes) => {
        expect(parse(keyfileSsid(bytes))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('writes a name that looks like a list of bytes as its bytes', () => {
    expect(keyfileSsid(Buffer.from('16;17;'))).toBe('49;54;59;49;55;59;');
    expect(keyfileSsid(Buffer.from('Café'))).toBe('67;97;102;195;169;');
    expect(keyfileString('pa ss')).toBe('pa ss');
  });
});
