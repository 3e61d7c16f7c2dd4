import { Command, Option } from 'commander';
import { type BuildOption, optionGroups } from './build-option.ts';

/** Gives a command the options, grouped as its help shows them. */
export function addOptions(command: Command, options: readonly BuildOption[]): Command {
  for (const group of optionGroups) {
    for (const one of options.filter((option) => option.group === group)) {
      command.addOption(optionOf(one));
    }
  }
  return command;
}

/**
 * What a command with these options makes of the words.
 * @throws CommanderError
 */
export function parseOptions<Flags extends object>(
  options: readonly BuildOption[],
  words: readonly string[],
): Flags {
  const command = new Command('build').helpOption(false).exitOverride();
  command.configureOutput({ writeErr: () => {} });
  return addOptions(command, options)
    .parse([...words], { from: 'user' })
    .opts<Flags>();
}

function optionOf({ flags, description, group, choices, repeatable: isRepeatable }: BuildOption): Option {
  const option = new Option(flags, description).helpGroup(`${group}:`);
  if (choices) option.choices([...choices]);
  return isRepeatable ? repeatable(option) : option;
}

export function repeatable(option: Option): Option {
  return option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
}
