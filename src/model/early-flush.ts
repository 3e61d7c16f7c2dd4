/** Enough for a disk to be busy with; little enough not to be waited for at the end. */
const flushEvery = 32 * 1024 * 1024;

/** Has the disk begin while a file is still being written, so that there is little to wait for at the end. */
export class EarlyFlush {
  readonly #sync: () => Promise<void>;
  #waiting = 0;
  #running: Promise<void> | undefined;
  #failure: unknown;

  /** @param sync puts on the disk what was written to the file so far */
  constructor(sync: () => Promise<void>) {
    this.#sync = sync;
  }

  /** So many bytes more were written. */
  written(bytes: number): void {
    this.#waiting += bytes;
    if (this.#waiting >= flushEvery && !this.#running) this.start();
  }

  /** Has the disk begin with all that was written so far, when it is done with what it is at. */
  start(): void {
    const running = this.#running ? this.#running.then(() => this.#run()) : this.#run();
    this.#running = running;
    running.then(() => {
      if (this.#running === running) this.#running = undefined;
    });
  }

  async #run(): Promise<void> {
    this.#waiting = 0;
    // A system tells of a failure only once, so it is kept for the end.
    await this.#sync().catch((error: unknown) => {
      this.#failure ??= error;
    });
  }

  /** Waits for what is under way; throws when any of it failed. */
  async end(): Promise<void> {
    await this.#running;
    if (this.#failure !== undefined) throw this.#failure;
  }
}
