import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';

const root = path.resolve(import.meta.dirname, '../..');
export const cli = path.join(root, 'dist', 'cli', 'main.js');
export const archive = path.resolve(root, '../shared/base/buster-like-armhf.img.xz');

/** A file that a build put into the image, for rivals to put into theirs. */
export interface EditedFile {
  readonly path: string;
  readonly mode: number;
  /** Where its content is on this machine. */
  readonly source: string;
}

/** The files that `image` has and `base` has otherwise, taken out of it. */
export function editedFiles(result: string, image: string, folder: string): readonly EditedFile[] {
  mkdirSync(folder, { recursive: true });
  const { edits } = JSON.parse(result) as {
    edits: readonly { path: string; action: string; kind: string; mode: number }[];
  };
  return edits
    .filter(({ action, kind }) => kind === 'file' && (action === 'created' || action === 'changed'))
    .map(({ path: name, mode }, index) => {
      const source = path.join(folder, String(index));
      writeFileSync(source, execFileSync('node', [cli, 'cat', image, name]));
      return { path: name, mode, source };
    });
}

export function unpacked(folder: string): string {
  const image = path.join(folder, 'base.img');
  if (!existsSync(image)) execFileSync('sh', ['-c', 'xz -dc "$1" > "$2"', 'sh', archive, image]);
  return image;
}

/** A script as one file that Node can run by itself, as it can the program; where that finds its packages and templates. */
export function programOf(script: string): string {
  const { name } = path.parse(script);
  const outfile = path.join(root, 'node_modules', '.bench', `${name}.js`);
  buildSync({
    ...{ entryPoints: [script], outfile, bundle: true, packages: 'external' },
    ...{ platform: 'node', format: 'esm', target: 'node20.19', logLevel: 'warning' },
  });
  return outfile;
}

/** The image as publishers pack it: one deflated file in a zip archive. */
export function zipped(folder: string, image: string): string {
  const zip = path.join(folder, 'base.zip');
  if (!existsSync(zip)) execFileSync('python3', ['-m', 'zipfile', '-c', zip, image]);
  return zip;
}
