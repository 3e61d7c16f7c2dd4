import { PiImageError } from '../model/errors.ts';

/** One word for a POSIX shell, whatever it holds: `it's` becomes `'it'\''s'`. A NUL byte cannot be quoted. */
export function shellWord(text: string): string {
  if (text.includes('\0')) throw unquotable('a shell word', 'a NUL byte');
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The inside of a double-quoted shell assignment, as /etc/default files have it; one line. */
export function shellDoubleQuoted(text: string): string {
  return `"${oneLine(text, 'a shell setting').replace(/[\\"$`]/g, '\\$&')}"`;
}

/** A setting of a systemd unit that is taken as it stands (Description=, User=): `%` doubled, one line. */
export function systemdText(text: string): string {
  if (text.endsWith('\\')) throw unquotable('a systemd setting', 'a backslash at its end');
  return oneLine(text, 'a systemd setting').replaceAll('%', '%%');
}

/** One word of ExecStart= and the like, where `%`, `$`, quotes and backslashes have a meaning (systemd.service(5)). */
export function systemdWord(text: string): string {
  const escaped = oneLine(text, 'a systemd command')
    .replace(/[\\"]/g, '\\$&')
    .replaceAll('%', '%%')
    .replaceAll('$', () => '$$');
  return `"${escaped}"`;
}

/** A string of a GLib key file, the format of NetworkManager's connections; any text but NUL. */
export function keyfileString(text: string): string {
  if (text.includes('\0')) throw unquotable('a key file', 'a NUL byte');
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replace(/^ +| +$/g, (spaces) => '\\s'.repeat(spaces.length));
}

/** Text that has to stay on its line and that its format gives no way to escape. */
export function oneLine(text: string, where = 'a line'): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(text)) {
    throw unquotable(where, 'a line break or control character');
  }
  return text;
}

function unquotable(where: string, what: string): PiImageError {
  return new PiImageError('spec.invalid', `${where} cannot hold ${what}`);
}
