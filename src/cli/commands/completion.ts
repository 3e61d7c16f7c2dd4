import type { RootCommand } from '@bomb.sh/tab';
import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import { PiImageError } from '../../model/errors.ts';
import { nearest } from '../../model/nearest.ts';
import { listImages } from '../../source/catalogue.ts';

const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;

/** Prints the script that makes a shell ask `pi-image complete` for suggestions. */
export function printCompletionScript(shell: string, program: Command): void {
  if (!shells.some((known) => known === shell)) {
    const [near] = nearest(shell, shells);
    throw new PiImageError('usage.invalid', `there is no completion for the shell "${shell}"`, {
      help: near ? `did you mean ${near}?` : `use one of ${shells.join(', ')}`,
    });
  }
  if (shell === 'bash') process.stdout.write(bashPrelude);
  completions(program).setup('pi-image', 'pi-image', shell);
}

/** The script asks for a function of the package bash-completion, which macOS and small systems do not have. */
const bashPrelude = `declare -F _get_comp_words_by_ref >/dev/null || _get_comp_words_by_ref() {
    words=("\${COMP_WORDS[@]}") cword=$COMP_CWORD
    cur=\${words[cword]} prev=\${words[cword - 1]}
}
`;

/** Answers a shell that asks what may follow the words typed so far. */
export async function printCompletions(words: readonly string[], program: Command): Promise<void> {
  const names = (await listImages()).flatMap(({ name, aliases }) => [name, ...aliases]);
  const root = completions(program);
  for (const command of ['build', 'plan']) {
    const image = root.commands.get(command)?.options.get('image');
    if (image) image.handler = (complete) => names.forEach((name) => void complete(name, ''));
  }
  root.parse([...words]);
}

function completions(program: Command): RootCommand {
  return tab(program, { completionCommandName: 'completion' });
}
