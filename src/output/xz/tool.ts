import { type Program, type RunOptions, runProgram } from '../program.ts';

/** That of BusyBox only decompresses. */
export const xzProgram: Program = {
  name: 'xz',
  sign: 'XZ Utils',
  help: 'Install XZ Utils (package xz-utils or xz), or name the output .img.gz or .zip.',
  disregarded: ['XZ_OPT', 'XZ_DEFAULTS'],
};

/** Compresses bytes into a stream of one block. */
export function compress(
  bytes: Uint8Array,
  { level, ...options }: Omit<RunOptions, 'maxBuffer'> & { readonly level: number },
): Promise<Uint8Array> {
  const filter = `--lzma2=preset=${level},dict=${dictionarySize(level, bytes.length)}`;
  const args = ['--compress', '--format=xz', '--check=crc64', '--threads=1', filter, '--stdout'];
  // What does not compress grows by a few bytes a kilobyte at most.
  return runProgram(xzProgram, args, bytes, { ...options, maxBuffer: 2 * bytes.length + 4096 });
}

/** Dictionaries of the presets 0 to 9, as powers of two of bytes (man xz). */
const presetDictionaries = [18, 20, 21, 22, 22, 23, 23, 24, 25, 26] as const;

/** Bytes that compressing so many takes: eleven and a half of its dictionary with the match finders of xz (man xz), and what does not depend on it. */
export function memoryFor(level: number, bytes: number): number {
  return 11.5 * dictionarySize(level, bytes) + 4 * 1024 * 1024;
}

/** That of the preset, or what suffices for so many bytes: a larger one only costs time to set up, and memory. */
export function dictionarySize(level: number, bytes: number): number {
  const preset = presetDictionaries[level] ?? 23;
  return 2 ** Math.min(preset, Math.max(12, Math.ceil(Math.log2(bytes))));
}
