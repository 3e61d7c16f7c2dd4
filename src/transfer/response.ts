import type { Dispatcher } from 'undici';

export interface ResponseHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Bytes that may wait to be read before the server has to. */
const inboxLimit = 1024 * 1024;

/**
 * A response as undici hands it over. Streams throw away what they hold when a connection breaks; here all that
 * arrived is given out first, because a resumed download needs every byte it can get.
 */
export class Response implements Dispatcher.DispatchHandler {
  readonly head: Promise<ResponseHead>;
  #resolveHead: (head: ResponseHead) => void = () => {};
  #rejectHead: (error: Error) => void = () => {};
  #inbox: Uint8Array[] = [];
  #waiting = 0;
  #end: { readonly error?: Error } | undefined;
  #wake: () => void = () => {};
  #controller: Dispatcher.DispatchController | undefined;
  #aborted: Error | undefined;

  constructor() {
    this.head = new Promise((resolve, reject) => {
      this.#resolveHead = resolve;
      this.#rejectHead = reject;
    });
    this.head.catch(() => {});
  }

  /** The next bytes, undefined at the end. */
  async read(): Promise<Uint8Array | undefined> {
    while (this.#inbox.length === 0 && !this.#end) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const chunk = this.#inbox.shift();
    if (!chunk && this.#end?.error) throw this.#end.error;
    this.#waiting -= chunk?.length ?? 0;
    if (this.#controller?.paused && this.#waiting < inboxLimit) this.#controller.resume();
    return chunk;
  }

  /** Breaks the connection; whoever reads gets this error. */
  abort(error: Error): void {
    this.#aborted = error;
    this.#controller?.abort(error);
    this.#finish({ error });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#aborted) controller.abort(this.#aborted);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: ResponseHead['headers'],
  ): void {
    // 1xx only announce the answer proper.
    if (status >= 200) this.#resolveHead({ status, headers });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    this.#inbox.push(chunk);
    this.#waiting += chunk.length;
    if (this.#waiting >= inboxLimit) controller.pause();
    this.#wake();
  }

  onResponseEnd(): void {
    this.#finish({});
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#finish({ error });
  }

  #finish(end: { readonly error?: Error }): void {
    this.#end ??= end;
    if (end.error) this.#rejectHead(end.error);
    this.#wake();
  }
}
