import { PiImageError } from '../model/errors.ts';

/** A clear-signed text taken apart: what was signed, and the signatures in ASCII armor. */
export interface ClearSigned {
  readonly text: string;
  readonly armoredSignature: string;
}

const begin = '-----BEGIN PGP SIGNED MESSAGE-----';
const beginSignature = '-----BEGIN PGP SIGNATURE-----';
const endSignature = '-----END PGP SIGNATURE-----';

/**
 * Takes a clear-signed text apart (RFC 9580 section 7) more strictly than the RFC asks: nothing may stand before,
 * between or after its parts, and no header but `Hash`. Readers that were more generous have taken text for signed
 * that was not (CVE-2013-1051 in apt, CVE-2023-41037 and CVE-2025-47934 in OpenPGP.js), so a library never sees the
 * frame, only the exact text and a detached signature.
 */
export function takeApart(what: string, bytes: Uint8Array): ClearSigned {
  const lines = decode(what, bytes).split('\n').map(withoutReturn);
  if (lines[0] !== begin) throw notSigned(what, 'does not begin with one');
  const empty = lines.indexOf('');
  const headers = lines.slice(1, empty);
  if (empty < 0 || headers.some((line) => !/^Hash: [A-Za-z0-9, -]{1,80}$/.test(line))) {
    throw notSigned(what, 'has headers that are not signed');
  }
  const start = lines.indexOf(beginSignature);
  const end = lines.indexOf(endSignature);
  if (start < empty || end < start) throw notSigned(what, 'has no signature');
  if (lines.slice(end + 1).some((line) => line !== '')) throw notSigned(what, 'goes on after the signature');
  const signed = lines.slice(empty + 1, start);
  // Dashes at the start are escaped, so any other is a frame within the frame.
  if (signed.some((line) => line.startsWith('-') && !line.startsWith('- '))) {
    throw notSigned(what, 'has an unescaped dash');
  }
  const armored = lines.slice(start, end + 1);
  if (!isArmor(armored.slice(1, -1))) throw notSigned(what, 'has a damaged signature');
  return {
    text: signed.map((line) => (line.startsWith('- ') ? line.slice(2) : line)).join('\n'),
    armoredSignature: `${armored.join('\n')}\n`,
  };
}

/** Headers that say nothing, an empty line, and nothing but base64 with its checksum (RFC 9580 section 6.2). */
function isArmor(lines: readonly string[]): boolean {
  const empty = lines.indexOf('');
  return (
    empty >= 0 &&
    lines.slice(0, empty).every((line) => /^(Version|Comment): [^\r\n]{0,200}$/.test(line)) &&
    lines.slice(empty + 1).every((line) => /^[A-Za-z0-9+/=]+$/.test(line))
  );
}

function decode(what: string, bytes: Uint8Array): string {
  try {
    // A text that is changed by decoding is no longer what was signed.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new PiImageError('source.signature', `${what} is not text in UTF-8`, { cause: error });
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

function notSigned(what: string, why: string): PiImageError {
  return new PiImageError('source.signature', `${what} is no clear-signed text: it ${why}`, {
    help: 'a captive portal or a proxy may have answered instead of the archive: look at the address in a browser',
  });
}
