import { Worker } from 'node:worker_threads';
import type { BaseReport } from '../../image/check/checked-base.ts';
import { type ErrorCode, PiImageError, type Problem } from '../../model/errors.ts';
import type { BuildEvent, OnEvent } from '../../model/events.ts';
import type { DeviceJob, DeviceOutput, FleetCommon } from './device.ts';
import { makeDevice, OpenFleet } from './device.ts';

/** What carries out the jobs of a fleet, as many at the same time as it has hands. */
export interface Crew extends AsyncDisposable {
  readonly hands: number;
  /** `ready` is awaited before the output has its name. */
  make(job: DeviceJob, ready: Ready): Promise<DeviceOutput>;
}

type Ready = (output: DeviceOutput) => Promise<void>;

export interface CrewOptions {
  readonly onEvent: OnEvent;
  readonly signal: AbortSignal | undefined;
}

/** An error as it goes from one thread to another. */
export interface ThrownInThread {
  readonly code?: ErrorCode;
  readonly message: string;
  readonly help?: string;
  readonly problems?: readonly Problem[];
  readonly stack?: string;
}

export type FromThread =
  | { readonly kind: 'event'; readonly event: BuildEvent }
  /** Nothing where the base could not be checked, which those of its devices will tell. */
  | { readonly kind: 'checked'; readonly report: BaseReport | undefined }
  | { readonly kind: 'ready'; readonly output: DeviceOutput }
  | { readonly kind: 'made'; readonly output: DeviceOutput }
  | { readonly kind: 'thrown'; readonly error: ThrownInThread };

export type ToThread =
  | { readonly kind: 'check' }
  /** What another thread has found. */
  | { readonly kind: 'checked'; readonly report: BaseReport }
  | { readonly kind: 'make'; readonly job: DeviceJob }
  /** The answer to `ready`. */
  | { readonly kind: 'go'; readonly error?: ThrownInThread }
  | { readonly kind: 'abort' };

/** This thread, one device after the other: for one device, and for formats that use all cores by themselves. */
export function crewOfOne(common: FleetCommon, options: CrewOptions): Crew {
  const { onEvent, signal } = options;
  let opened: OpenFleet | undefined;
  const open = (): OpenFleet => {
    const fleet = new OpenFleet(common);
    if (common.checksBase) fleet.buildUpon(fleet.check());
    return fleet;
  };
  return {
    hands: 1,
    async make(job, onReady) {
      opened ??= open();
      return makeDevice(job, opened, { onReady, onEvent, ...(signal && { signal }) });
    },
    [Symbol.asyncDispose]: async () => opened?.[Symbol.dispose](),
  };
}

/**
 * Threads of their own, since opening, editing and checking an image is work for the processor. They are started when
 * there is something to do, and each is given its next job before it has done the last.
 */
export function crewOfThreads(count: number, common: FleetCommon, options: CrewOptions): Crew {
  const threads: Thread[] = [];
  let report: Promise<BaseReport | undefined> | undefined;
  const abort = () => threads.forEach((thread) => void thread.abort());
  const idlest = (): Thread => {
    const [least] = threads.toSorted((a, b) => a.jobs - b.jobs);
    if (least && (least.jobs === 0 || threads.length === count)) return least;
    const started = new Thread(common, options.onEvent);
    threads.push(started);
    // The first one checks the base for all of them.
    if (report) started.await(report);
    else if (common.checksBase) report = started.check();
    return started;
  };
  options.signal?.addEventListener('abort', abort, { once: true });
  return {
    hands: 2 * count,
    make: async (job, ready) => idlest().make(job, ready),
    async [Symbol.asyncDispose]() {
      options.signal?.removeEventListener('abort', abort);
      await Promise.all(threads.map((thread) => thread.end()));
    },
  };
}

/** Who waits for a job. */
interface Waiting {
  readonly ready: Ready;
  readonly resolve: (output: DeviceOutput) => void;
  readonly reject: (error: unknown) => void;
}

class Thread {
  readonly #worker: Worker;
  readonly #onEvent: OnEvent;
  /** Done one after the other: what the thread says is about the first. */
  readonly #waiting: Waiting[] = [];
  /** What its jobs wait for. */
  #prepared: Promise<void> = Promise.resolve();
  #onChecked: (report: BaseReport | undefined) => void = () => {};
  #fault: Error | undefined;

  constructor(common: FleetCommon, onEvent: OnEvent) {
    this.#onEvent = onEvent;
    this.#worker = new Worker(new URL('./fleet-worker.js', import.meta.url), {
      workerData: common,
      execArgv: [],
      // What is left behind is mostly buffers outside of the heap, which go only when the heap is cleared. Where it may
      // become gigabytes, V8 lets it double and more before it does that; a thread of a fleet has some 15 MB in it.
      resourceLimits: { maxYoungGenerationSizeMb: 3, maxOldGenerationSizeMb: 1024 },
    });
    this.#worker.on('message', (message: FromThread) => this.#take(message));
    this.#worker.on('error', (error) => {
      this.#fault = error;
    });
    this.#worker.on('exit', (code) => {
      this.#fault ??= new Error(`a thread of the fleet ended with ${code}`);
      this.#onChecked(undefined);
      for (const { reject } of this.#waiting.splice(0)) reject(this.#fault);
    });
  }

  get jobs(): number {
    return this.#waiting.length;
  }

  check(): Promise<BaseReport | undefined> {
    this.#post({ kind: 'check' });
    return new Promise((resolve) => {
      this.#onChecked = resolve;
    });
  }

  /** Has jobs wait for what another thread finds. */
  await(found: Promise<BaseReport | undefined>): void {
    this.#prepared = found.then((report) => {
      if (report) this.#post({ kind: 'checked', report });
    });
  }

  make(job: DeviceJob, ready: Ready): Promise<DeviceOutput> {
    return new Promise((resolve, reject) => {
      if (this.#fault) return reject(this.#fault);
      this.#waiting.push({ ready, resolve, reject });
      void this.#prepared.then(() => this.#post({ kind: 'make', job }));
    });
  }

  #take(message: FromThread): void {
    if (message.kind === 'event') this.#onEvent(message.event);
    else if (message.kind === 'checked') this.#onChecked(message.report);
    else if (message.kind === 'ready') void this.#answer(this.#waiting[0]?.ready(message.output));
    else if (message.kind === 'made') this.#waiting.shift()?.resolve(message.output);
    else this.#waiting.shift()?.reject(revived(message.error));
  }

  async #answer(readiness: Promise<void> | undefined): Promise<void> {
    const error = await readiness?.then(() => undefined, flattened);
    this.#post({ kind: 'go', ...(error && { error }) });
  }

  abort(): void {
    this.#post({ kind: 'abort' });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #post(message: ToThread): void {
    this.#worker.postMessage(message);
  }
}

export function flattened(error: unknown): ThrownInThread {
  if (!(error instanceof Error)) return { message: String(error) };
  const { message, stack } = error;
  if (!PiImageError.is(error)) return { message, ...(stack !== undefined && { stack }) };
  const { code, help, problems } = error;
  return { code, message, ...(help !== undefined && { help }), problems };
}

export function revived({ code, message, help, problems, stack }: ThrownInThread): Error {
  if (code === undefined) return Object.assign(new Error(message), stack !== undefined && { stack });
  return new PiImageError(code, message, {
    ...(help !== undefined && { help }),
    ...(problems && { problems }),
  });
}
