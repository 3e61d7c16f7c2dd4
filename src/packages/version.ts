/** A Debian version: digits of an epoch, the upstream version, the revision (deb-version(7)). */
const form = /^(?:\d{1,9}:[A-Za-z0-9.+~:-]*|[A-Za-z0-9.+~-]*)[A-Za-z0-9.+~]$/;

export function isVersion(text: string): boolean {
  return text.length <= 256 && form.test(text);
}

/** Below 0 when `a` is older than `b`, 0 when dpkg takes them for equal, above 0 when it is newer. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [split(a), split(b)];
  return (
    left.epoch - right.epoch ||
    compareParts(left.upstream, right.upstream) ||
    compareParts(left.revision, right.revision)
  );
}

export type Comparison = '<<' | '<=' | '=' | '>=' | '>>';

export function satisfies(version: string, comparison: Comparison, wanted: string): boolean {
  const order = compareVersions(version, wanted);
  switch (comparison) {
    case '<<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '=':
      return order === 0;
    case '>=':
      return order >= 0;
    case '>>':
      return order > 0;
  }
}

function split(version: string): { epoch: number; upstream: string; revision: string } {
  const colon = /^\d+:/.test(version) ? version.indexOf(':') : -1;
  const rest = version.slice(colon + 1);
  const dash = rest.lastIndexOf('-');
  return {
    epoch: Number(version.slice(0, Math.max(colon, 0))),
    upstream: dash < 0 ? rest : rest.slice(0, dash),
    revision: dash < 0 ? '' : rest.slice(dash + 1),
  };
}

/** As dpkg: by turns a stretch without digits, letter by letter, and a number. */
function compareParts(a: string, b: string): number {
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    while ((i < a.length && !isDigit(a, i)) || (j < b.length && !isDigit(b, j))) {
      const order = weight(a, i++) - weight(b, j++);
      if (order !== 0) return order;
    }
    const [endA, endB] = [endOfNumber(a, i), endOfNumber(b, j)];
    const [numberA, numberB] = [a.slice(i, endA).replace(/^0+/, ''), b.slice(j, endB).replace(/^0+/, '')];
    if (numberA.length !== numberB.length) return numberA.length - numberB.length;
    if (numberA !== numberB) return numberA < numberB ? -1 : 1;
    [i, j] = [endA, endB];
  }
  return 0;
}

/** `~` comes before the end, the end and digits before letters, letters before all else. */
function weight(text: string, index: number): number {
  const character = text[index];
  if (character === undefined || isDigit(text, index)) return 0;
  if (character === '~') return -1;
  return /[A-Za-z]/.test(character) ? character.charCodeAt(0) : character.charCodeAt(0) + 256;
}

function isDigit(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 48 && code <= 57;
}

function endOfNumber(text: string, from: number): number {
  let end = from;
  while (end < text.length && isDigit(text, end)) end++;
  return end;
}
