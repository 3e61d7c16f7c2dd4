import path from 'node:path';
import type { OpenOptions } from '../build/options.ts';
import type { Renderer, RendererOptions } from './ui/renderer.ts';

/** Options of every command that opens an image. */
export interface OpenFlags extends RendererOptions {
  readonly cacheDir?: string;
  readonly offline?: boolean;
  readonly recover?: boolean;
}

export function openOptions(flags: OpenFlags, renderer: Renderer, signal: AbortSignal): OpenOptions {
  const cacheDirectory = flags.cacheDir ?? process.env['PI_IMAGE_CACHE_DIR'];
  return {
    ...(cacheDirectory && { cacheDirectory: path.resolve(cacheDirectory) }),
    environment: process.env,
    offline: flags.offline ?? false,
    recover: flags.recover ?? false,
    signal,
    onEvent: (event) => renderer.event(event),
  };
}
