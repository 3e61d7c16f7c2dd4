import { execFileSync } from 'node:child_process';
import path from 'node:path';

/** End-to-end tests run what users run: the compiled program. */
export default function build(): void {
  const root = path.resolve(import.meta.dirname, '../..');
  execFileSync(process.execPath, [path.join(root, 'scripts', 'build.mjs')], { stdio: 'inherit' });
}
