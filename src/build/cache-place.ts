import { homedir } from 'node:os';
import { cacheDirectory } from '../source/cache/directory.ts';
import type { OpenOptions } from './options.ts';

/** Folder of what is kept between builds. */
export function cachePlace({ cacheDirectory: given, environment = {} }: OpenOptions): string {
  return given ?? cacheDirectory(environment, process.platform, homedir());
}
