import type { OnEvent } from '../model/events.ts';
import type { Fetch } from '../transfer/http.ts';

/** What fetching for an image needs to know of the world. */
export interface PreloadOptions {
  readonly fetch: Fetch;
  /** Folder of files named by their SHA-256, kept between builds. */
  readonly cache: string;
  /** Use only what is in the cache. */
  readonly offline: boolean;
  /** docker's config.json, with credentials for registries; need not exist. */
  readonly dockerConfig?: string;
  readonly signal?: AbortSignal;
  readonly onEvent?: OnEvent;
}
