/** What an encoder makes of some bytes of an image: good wherever it is put. */
export interface Code {
  readonly bytes: Uint8Array;
  /** What the container has to say of it: of deflated data the CRC-32, of an .xz block its unpadded size. */
  readonly figure: number;
}

/** What the archive of a base image consists of, good to be taken over. */
export interface OriginalCodes {
  /** Bytes of the image in each of them, from its start on. */
  readonly sizes: readonly number[];
  /**
   * The code of exactly these bytes, if there is one and it is as it was.
   * @param memory gives as many bytes as the code has, where it need not have some of its own
   */
  read(
    run: { readonly position: number; readonly length: number },
    memory?: (length: number) => Uint8Array,
  ): Promise<Code | undefined>;
}

/** Codes of one base image, kept from one build to the next. */
export interface CodeStore {
  /** It is of one edited image, and has the codes of what was edited, too. */
  readonly holdsEdits?: true;
  /** undefined when there is none, or a damaged one. */
  read(name: string): Promise<Code | undefined>;
  /** Keeps a code if it can; `[a-z0-9.-]+` names it. */
  write(name: string, code: Code): Promise<void>;
}
