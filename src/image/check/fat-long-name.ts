const lastFlag = 0x40;
const textPlaces = [
  [1, 11],
  [14, 26],
  [28, 32],
] as const;

/** The entries before a short one that hold its long name, from the last part to the first. */
export class LongName {
  #expected = 0;
  #sum = 0;
  #text = '';

  get isStarted(): boolean {
    return this.#text !== '';
  }

  /** Takes one part; false when it does not follow the one before. */
  add(entry: Buffer): boolean {
    const order = entry[0]!;
    const number = order & ~lastFlag;
    const isLast = (order & lastFlag) !== 0;
    if (isLast === this.isStarted || number < 1 || number > 20) return this.#fail();
    if (!isLast && (number !== this.#expected || entry[13] !== this.#sum)) return this.#fail();
    if (entry[12] !== 0 || entry.readUInt16LE(26) !== 0) return this.#fail();
    this.#expected = number - 1;
    this.#sum = entry[13]!;
    this.#text =
      textPlaces.map(([from, to]) => entry.subarray(from, to).toString('utf16le')).join('') + this.#text;
    return true;
  }

  /** The whole name when it belongs to this short one; undefined when there is none, or when it does not. */
  finish(shortName: Uint8Array): string | undefined {
    if (!this.isStarted || this.#expected !== 0 || this.#sum !== checksumOf(shortName)) return undefined;
    return this.#text.replace(/\0.*$/s, '');
  }

  /** What does not fit is a part of a long name, too: one without its entry. */
  #fail(): boolean {
    this.#text += '?';
    return false;
  }
}

function checksumOf(shortName: Uint8Array): number {
  return shortName.reduce((sum, byte) => (((sum & 1) << 7) + (sum >> 1) + byte) & 0xff, 0);
}
