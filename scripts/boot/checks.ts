/** Says what was looked at and what came of it, one line a check, and counts. */
export class Checks {
  readonly #started = performance.now();
  #passed = 0;
  #failed = 0;

  get failed(): number {
    return this.#failed;
  }

  /** Runs one check; what it returns is told beside its name. A failure is told too, and the next check goes on. */
  async check(name: string, run: () => Promise<string>): Promise<boolean> {
    try {
      const found = await run();
      this.#passed += 1;
      this.#tell('ok', `${name}: ${found}`);
      return true;
    } catch (error) {
      this.fail(name, error);
      return false;
    }
  }

  /** For a check without which the ones after it make no sense. @throws {@link Unfinished} when it fails */
  async must(name: string, run: () => Promise<string>): Promise<void> {
    if (!(await this.check(name, run))) throw new Unfinished();
  }

  fail(name: string, error: unknown): void {
    this.#failed += 1;
    this.#tell('FAIL', `${name}: ${error instanceof Error ? error.message : String(error)}`);
  }

  skip(name: string, why: string): void {
    this.#tell('skip', `${name}: ${why}`);
  }

  summary(subject: string): string {
    return `${subject}: ${this.#passed} passed, ${this.#failed} failed`;
  }

  #tell(outcome: string, text: string): void {
    const seconds = ((performance.now() - this.#started) / 1000).toFixed(1);
    console.log(`${outcome.padEnd(4)} ${seconds.padStart(6)} s  ${text}`);
  }
}

/** Checks cannot go on; the reason has been told. */
export class Unfinished extends Error {}

/** For checks: throws unless it holds. */
export function expect(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}
