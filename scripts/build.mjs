/*
 * Makes dist/ of src/: the types of each file, and the program in few files, since Node takes longer to find and load
 * hundreds of them than to run what is in them. Plain JavaScript, because `npm ci` runs it (through `prepare`) before
 * anything is built.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';

const root = path.dirname(import.meta.dirname);
const tsc = path.join(
  path.dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
  'bin',
  'tsc',
);
rmSync(path.join(root, 'dist'), { recursive: true, force: true });
execFileSync(process.execPath, [tsc, '-p', path.join(root, 'tsconfig.build.json')], { stdio: 'inherit' });
const programs = {
  'cli/main': 'src/cli/main.ts',
  index: 'src/index.ts',
  'image/index': 'src/image/index.ts',
};
await build({
  absWorkingDir: root,
  entryPoints: {
    ...programs,
    // Threads, which are found beside what starts them.
    'shared/copy-worker': 'src/build/copy-worker.ts',
    'shared/decode-worker': 'src/source/unpack/decode-worker.js',
    'shared/fleet-worker': 'src/build/fleet/fleet-worker.ts',
    'shared/replay-worker': 'src/output/xz/replay-worker.ts',
  },
  outdir: 'dist',
  // Two folders deep, as src/ has its files: from there `../../images` and `../../templates` are found.
  chunkNames: 'shared/[name]-[hash]',
  bundle: true,
  splitting: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  logLevel: 'warning',
});
for (const name of Object.keys(programs)) {
  const file = path.join(root, 'dist', `${name}.js`);
  if (readFileSync(file, 'utf8').includes('import.meta'))
    throw new Error(
      `${file} looks for files beside itself: what does that has to be in dist/shared, as all that programs share`,
    );
}
chmodSync(path.join(root, 'dist', 'cli', 'main.js'), 0o755);
