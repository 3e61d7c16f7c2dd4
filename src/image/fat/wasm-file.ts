import { createRequire } from 'node:module';

/** The compiled FatFs, beside the script of its package. The bundle of the action has a file of its own in place of this one. */
export function wasmFile(): string | URL {
  return createRequire(import.meta.url)
    .resolve('js-fatfs')
    .replace(/\.js$/, '.wasm');
}
