import { setTimeout as sleep } from 'node:timers/promises';
import type { OnEvent } from '../../model/events.ts';
import { shown } from '../../transfer/address.ts';
import type { AttemptFailure } from './attempt-failure.ts';

/** How long to try, and how long to wait. All times in milliseconds. */
export interface Patience {
  /** Attempts in a row that bring nothing before a download is given up. */
  readonly attempts: number;
  /** The first pause; each further one is twice as long. */
  readonly firstPause: number;
  /** No pause is longer, whatever the server asks for. */
  readonly longestPause: number;
  /** A connection on which nothing arrives for so long is dead. */
  readonly stall: number;
  /** A lock without a sign of life of its holder for so long is that of a dead process. */
  readonly staleLock: number;
  /** From 0 to 1: spreads those who were cut off together. */
  readonly random: () => number;
}

export const patience: Patience = {
  attempts: 5,
  firstPause: 500,
  longestPause: 60_000,
  stall: 30_000,
  staleLock: 5000,
  random: Math.random,
};

export interface RetriesOptions {
  readonly patience: Patience;
  readonly signal?: AbortSignal;
  readonly onEvent?: OnEvent;
}

/** Takes mirrors in turn. One that says no for good is left out; the last error counts when none is left. */
export class Retries {
  readonly #options: RetriesOptions;
  #mirrors: readonly URL[];
  #turn = 0;
  #failures = 0;

  constructor(mirrors: readonly URL[], options: RetriesOptions) {
    this.#mirrors = mirrors;
    this.#options = options;
  }

  get url(): URL {
    const url = this.#mirrors[this.#turn % this.#mirrors.length];
    if (!url) throw new Error('a download needs an address');
    return url;
  }

  /** Waits until the next attempt makes sense, or throws what the user must know. `progress`: some of it arrived. */
  async failed(failure: AttemptFailure, progress = false): Promise<void> {
    const { patience, signal, onEvent } = this.#options;
    const { url } = this;
    this.#failures = progress ? 1 : this.#failures + 1;
    if (failure.temporary) this.#turn++;
    else this.#mirrors = this.#mirrors.filter((mirror) => mirror !== url);
    if (this.#mirrors.length === 0 || this.#failures >= patience.attempts) throw failure.error;
    const wait = failure.temporary ? this.#pause(failure.retryAfter) : 0;
    onEvent?.({
      code: 'download.retry',
      url: shown(url),
      attempt: this.#failures,
      reason: failure.message,
      waitMilliseconds: wait,
    });
    await sleep(wait, undefined, signal && { signal });
  }

  /** Mirrors that were not asked yet need no pause before they are. */
  #pause(retryAfter: number | undefined): number {
    const { firstPause, longestPause, random } = this.#options.patience;
    const round = Math.floor(this.#failures / this.#mirrors.length);
    if (round === 0) return 0;
    const doubled = firstPause * 2 ** (round - 1);
    return Math.round(Math.min(longestPause, Math.max(retryAfter ?? 0, doubled * (0.5 + random() / 2))));
  }
}
