import type { Output } from '../output/check-output.ts';
import { type Draft, type DraftOptions, openDraft } from '../output/draft.ts';
import type { ImageCopy } from '../source/unpack/image-copy.ts';

type Options = Pick<DraftOptions, 'onEvent' | 'signal'>;

/**
 * A raw output that is written while its base is unpacked, so that in the end only the edits are left to write. Where
 * the file system shares blocks between files it does nothing: there the base is cloned, which takes no time.
 */
export class EarlyOutput implements ImageCopy, AsyncDisposable {
  readonly #output: Output;
  readonly #options: Options;
  #draft: Draft | undefined;
  #isBase = false;

  constructor(output: Output, options: Options) {
    this.#output = output;
    this.#options = options;
  }

  async begin(file: string): Promise<void> {
    await this[Symbol.asyncDispose]();
    // What will be in the image is not known, and may be for its owner only.
    const draft = await openDraft(this.#output, { ...this.#options, isPrivate: true, cloneOf: file });
    if (draft.holdsBase) await draft[Symbol.asyncDispose]();
    else this.#draft = draft;
  }

  write(bytes: Uint8Array, position: number): Promise<void> {
    return this.#unlessItFails((draft) => draft.write(bytes, position));
  }

  end(size: number): Promise<void> {
    return this.#unlessItFails(async (draft) => {
      await draft.resize(size);
      draft.startFlush();
    });
  }

  async giveUp(): Promise<boolean> {
    const isThere = this.#draft !== undefined;
    await this[Symbol.asyncDispose]();
    return isThere;
  }

  accept(): void {
    this.#isBase = true;
  }

  /** The output with the bytes of its base; undefined where it has to be written from the beginning. */
  async take(options: Pick<DraftOptions, 'isPrivate'>): Promise<Draft | undefined> {
    if (!this.#isBase) return undefined;
    await this.#draft?.adopt(options);
    return this.#draft;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const draft = this.#draft;
    this.#draft = undefined;
    this.#isBase = false;
    await draft?.[Symbol.asyncDispose]();
  }

  /** What there is no room for now is told when the output is written after all. */
  async #unlessItFails(work: (draft: Draft) => Promise<void>): Promise<void> {
    if (this.#draft === undefined) return;
    await work(this.#draft).catch(() => this.giveUp());
  }
}
