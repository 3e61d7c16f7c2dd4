/**
 * A second file that a raw image is written to while it is unpacked, for whoever wants to go on with a copy of it.
 * What fails there is no failure of the image.
 */
export interface ImageCopy {
  /** From now on the first byte is to come, once more if need be. `file` is the image's own, empty so far. */
  begin(file: string): Promise<void>;
  /** Bytes that are not only zeros; whatever lies between them is. */
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** The image has so many bytes, and all were given. Whether it is the right one is not known yet. */
  end(size: number): Promise<void>;
  /** Makes room; false when there is no copy to give up. */
  giveUp(): Promise<boolean>;
  /** What was given is the image that was asked for. */
  accept(): void;
}
