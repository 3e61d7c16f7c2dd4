/** Work that goes on beside that of its owner, who waits for it before saying that all is done. */
export class SideWork implements AsyncDisposable {
  readonly #all: Promise<unknown>[] = [];

  add(work: Promise<unknown>): void {
    // Its owner hears of a failure in the end; until then it must not count as unhandled.
    work.catch(() => {});
    this.#all.push(work);
  }

  /** Waits for all of it; throws what failed first. */
  async end(): Promise<void> {
    await Promise.all(this.#all);
  }

  /** What the owner does on the ground of it. Where both fail, its failure is the reason of the other one. */
  async beside<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      await this.end();
      throw error;
    }
  }

  /** Waits in silence: an owner who gives up has reasons of its own. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#all);
  }
}
