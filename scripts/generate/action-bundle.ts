import { readFileSync } from 'node:fs';
import path from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';

const root = path.resolve(import.meta.dirname, '../..');

/** Two folders deep, as `src/` and `dist/` have their files: from there `../../images` and `../../templates` are found. */
const folder = 'action/main';

/** Every file of the built action by its path. The runner installs nothing, so all that it needs is in them. */
export async function actionBundle(): Promise<Readonly<Record<string, Uint8Array>>> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: {
      index: 'src/action/main.ts',
      'copy-worker': 'src/build/copy-worker.ts',
      'decode-worker': 'src/source/unpack/decode-worker.js',
      'replay-worker': 'src/output/xz/replay-worker.ts',
    },
    outdir: folder,
    write: false,
    metafile: true,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    // Left readable: it is reviewed and merged as text. The licenses are in a file of their own.
    minify: false,
    legalComments: 'none',
    banner: { js: banner },
    plugins: [fatfsBeside, openpgpBeside, zodInEnglish],
  });
  const written = outputFiles.map(({ path: file, contents }) => [nameOf(file), contents] as const);
  return Object.fromEntries([
    ...written,
    [`${folder}/fatfs.wasm`, readPackageFile('js-fatfs/dist/fatfs.wasm')],
    [`${folder}/openpgp.mjs`, readPackageFile(openpgpFile)],
    [`${folder}/licenses.txt`, Buffer.from(licenses(metafile))],
  ]);
}

const banner = `// Made of src/ by \`npm run generate\`. Do not edit.
import { createRequire as createRequireOfBundle } from 'node:module';
const require = createRequireOfBundle(import.meta.url);`;

const openpgpFile = 'openpgp/dist/node/openpgp.min.mjs';

/** Where FatFs is compiled to lies beside the bundle, not in node_modules. */
const fatfsBeside: Plugin = {
  name: 'fatfs',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]fat[\\/]wasm-file\.ts$/ }, () => ({
      contents: `export const wasmFile = () => new URL('./fatfs.wasm', import.meta.url);`,
    }));
  },
};

/** Under the LGPL: used unchanged, in a file that anybody can replace. */
const openpgpBeside: Plugin = {
  name: 'openpgp',
  setup({ onResolve }) {
    onResolve({ filter: /^openpgp$/ }, () => ({ path: './openpgp.mjs', external: true }));
  },
};

/** Nothing here speaks the other fifty languages, which are a third of zod. */
const zodInEnglish: Plugin = {
  name: 'zod',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, ({ path: file }) => ({
      contents: `export { default as en } from './en.js';`,
      resolveDir: path.dirname(file),
    }));
  },
};

/** The packages in it, each with its license, as those ask for. */
function licenses({ inputs }: Metafile): string {
  const found = Object.keys(inputs).flatMap(
    (file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? [],
  );
  return [...new Set([...found, 'openpgp'])].sort().map(licenseOf).join('\n');
}

function licenseOf(name: string): string {
  const about = JSON.parse(String(readPackageFile(`${name}/package.json`))) as {
    readonly version: string;
    readonly license?: string;
  };
  const text = ['LICENSE', 'LICENSE.md', 'license', 'LICENCE', 'LICENSE.txt'].flatMap((file) => {
    try {
      return String(readPackageFile(`${name}/${file}`)).trim();
    } catch {
      return [];
    }
  })[0];
  return `== ${name} ${about.version} (${about.license ?? 'see below'})\n\n${text ?? ''}\n`;
}

const readPackageFile = (file: string): Buffer => readFileSync(path.join(root, 'node_modules', file));

const nameOf = (file: string): string => path.relative(root, file).split(path.sep).join('/');
