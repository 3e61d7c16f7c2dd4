import type { Output } from '../output/check-output.ts';
import { type Draft, type DraftOptions, openDraft } from '../output/draft.ts';
import type { Base } from '../source/base.ts';
import { copyInThread } from './copy-thread.ts';
import type { BaseCopy } from './open-base.ts';

type Options = Pick<DraftOptions, 'onEvent' | 'signal'>;

/** Below that, to copy a base costs less than a thread for it; bytes. */
const worthAThread = 64 * 1024 * 1024;

/**
 * A raw output that the base is written to while it is unpacked, or while it is edited in memory where it needs no
 * unpacking, so that in the end only the edits are left to write. Where the file system shares blocks between files
 * it does nothing: there the base is cloned, which takes no time.
 */
export class EarlyOutput implements BaseCopy, AsyncDisposable {
  readonly #output: Output;
  readonly #options: Options;
  #draft: Draft | undefined;
  #isBase = false;
  #copying: { readonly ended: Promise<void>; readonly stop: AbortController } | undefined;

  constructor(output: Output, options: Options) {
    this.#output = output;
    this.#options = options;
  }

  async begin(file: string): Promise<void> {
    await this.#drop();
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
    await this.#drop();
    return isThere;
  }

  accept(): void {
    this.#isBase = true;
  }

  async start({ path, size }: Pick<Base, 'path' | 'size'>): Promise<void> {
    if (this.#isBase || this.#copying || size < worthAThread) return;
    const stop = new AbortController();
    const begun = this.begin(path);
    const ended = this.#copy(begun, path, stop.signal);
    // Told when the output is taken.
    ended.catch(() => {});
    this.#copying = { ended, stop };
    await Promise.allSettled([begun]);
  }

  async #copy(begun: Promise<void>, base: string, stop: AbortSignal): Promise<void> {
    await begun;
    await this.#unlessItFails(async ({ file }) => {
      await copyInThread({ from: base, to: file }, stop);
      this.accept();
    });
  }

  /** The output with the bytes of its base; undefined where it has to be written from the beginning. */
  async take(options: Pick<DraftOptions, 'isPrivate'>): Promise<Draft | undefined> {
    await this.#copying?.ended;
    if (!this.#isBase) return undefined;
    await this.#draft?.adopt(options);
    return this.#draft;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#copying?.stop.abort();
    await this.#copying?.ended.catch(() => {});
    await this.#drop();
  }

  async #drop(): Promise<void> {
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
