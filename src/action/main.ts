import { abortOnSignals } from '../cli/signals.ts';
import { runAction } from './run-action.ts';

process.exitCode = await runAction({
  env: process.env,
  workspace: process.env['GITHUB_WORKSPACE'] ?? process.cwd(),
  signal: abortOnSignals(process),
  write: (text) => process.stdout.write(text),
});
