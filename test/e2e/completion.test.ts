import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { hasTool } from '../fixtures/judge.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { cli } from './cli.ts';

const main = path.resolve(import.meta.dirname, '../../dist/cli/main.js');

describe('completion', () => {
  const cwd = temporaryDirectory();
  const command = path.join(cwd, 'pi-image');
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
  chmodSync(command, 0o755);
  const env = { PATH: `${cwd}:${process.env['PATH']}`, HOME: cwd, TERM: 'dumb' };

  const shell = (name: string, args: string[], script: string) =>
    execa(name, [...args, '-c', script], { cwd, env, extendEnv: false, reject: false });

  const lines = ['pi-image ins', 'pi-image build --wifi-p', 'pi-image build --image raspbian-buster-l'];
  const answers = ['inspect', '--wifi-password-file', 'raspbian-buster-lite'];

  const bashCompletion = '/usr/share/bash-completion/bash_completion';
  it.skipIf(!hasTool('bash')).each([
    ['alone', ''],
    ['with the package bash-completion', `source ${bashCompletion}`],
  ])('completes in bash %s', async (_with, setUp) => {
    // As bash does at a press of Tab; compopt works nowhere else.
    const ask = (line: string) => `
      COMP_LINE='${line}' COMP_POINT=${line.length} COMP_WORDS=(${line}) COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
      COMPREPLY=(); __pi_image_complete; printf '%s\n' "\${COMPREPLY[@]}"`;
    const script = `${existsSync(bashCompletion) ? setUp : ''}
      compopt() { :; }
      source <(pi-image completion bash)
      complete -p pi-image >&2${lines.map(ask).join('\n')}`;
    const { stdout, stderr } = await shell('bash', ['--norc'], script);
    expect(stderr).toMatch(/^complete .*-F __pi_image_complete pi-image$/);
    expect(stdout.split('\n')).toEqual(expect.arrayContaining(answers));
  });

  it.skipIf(!hasTool('fish'))('completes in fish', async () => {
    const ask = (line: string) => `complete -C '${line}' | string split -f1 \\t`;
    const script = ['pi-image completion fish | source', ...lines.map(ask), ''].join('\n');
    const { stdout, stderr } = await shell('fish', ['--no-config'], script);
    expect([stderr, stdout.split('\n')]).toEqual(['', expect.arrayContaining(answers)]);
  });

  it.skipIf(!hasTool('zsh'))('is what zsh asks', async () => {
    const script = `
      autoload -U compinit && compinit -u -D
      source <(pi-image completion zsh)
      print -l \${_comps[pi-image]}`;
    const { stdout, stderr } = await shell('zsh', ['-f'], script);
    expect([stdout.trim(), stderr]).toEqual(['_pi-image', '']);
  });

  it.each(['bash', 'zsh', 'fish', 'powershell'])(
    'has a script for %s that names the program',
    async (name) => {
      const { exitCode, stdout } = await cli(['completion', name], { cwd });
      expect([exitCode, stdout]).toEqual([0, expect.stringContaining('pi-image complete')]);
    },
  );
});
