/** What an encoder makes of some bytes of an image: good wherever it is put. */
export interface Code {
  readonly bytes: Uint8Array;
  /** What the container has to say of it: of deflated data the CRC-32, of an .xz block its unpadded size. */
  readonly figure: number;
}

/** Codes of one base image, kept from one build to the next. */
export interface CodeStore {
  /** undefined when there is none, or a damaged one. */
  read(name: string): Promise<Code | undefined>;
  /** Keeps a code if it can; `[a-z0-9.-]+` names it. */
  write(name: string, code: Code): Promise<void>;
}
