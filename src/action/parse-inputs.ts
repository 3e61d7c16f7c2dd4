import { CommanderError } from 'commander';
import { parseOptions } from '../cli/command-options.ts';
import { usageError } from '../cli/failure.ts';
import { PiImageError, type Problem } from '../model/errors.ts';
import { nearest } from '../model/nearest.ts';
import { type ActionInput, type ActionInputs, actionInputs, inputOptions } from './action-input.ts';
import { secretsIn } from './secret-variables.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Value = string | number | boolean | readonly string[];

const prefix = 'INPUT_';

/** What YAML 1.2 takes for a boolean, as GitHub's own actions have it. */
const flags: Readonly<Record<string, boolean>> = {
  ...{ true: true, True: true, TRUE: true },
  ...{ false: false, False: false, FALSE: false },
};

/** Names that somebody would look for a password under, and the variable that it belongs into. */
const secretVariables: Readonly<Record<string, string>> = {
  password: 'PI_IMAGE_PASSWORD',
  'wifi-password': 'PI_IMAGE_WIFI_PASSWORD',
  'wifi-psk': 'PI_IMAGE_WIFI_PASSWORD',
  'vnc-password': 'PI_IMAGE_VNC_PASSWORD',
  'notify-url': 'PI_IMAGE_NOTIFY_URL',
};

/** The variable that the runner passes an input by. */
export function variableOf(name: string): string {
  return `${prefix}${name.replaceAll(' ', '_').toUpperCase()}`;
}

/**
 * Reads the inputs out of the runner's environment; an empty one is one that was not given.
 * @throws PiImageError `usage.invalid` with all faults at once
 */
export function parseInputs(environment: Environment): ActionInputs {
  const problems: Problem[] = [...unknownInputs(environment)];
  const own: Record<string, Value> = {};
  const words: string[] = [];
  const given: string[] = [];
  for (const input of actionInputs) {
    const text = environment[variableOf(input.name)]?.trim() ?? '';
    if (text === '') continue;
    const { value, problem } = read(input, text);
    if (problem) problems.push(problem);
    else if (input.says !== undefined) words.push(...wordsOf(input.says, value));
    else if (input.name === 'args') given.push(...(value as readonly string[]));
    else own[input.name] = value;
  }
  problems.push(...faultsIn(given, environment));
  if (problems.length > 0) throw invalid(problems);
  const inputs = { ...own, flags: flagsOf([...words, ...given.flatMap(wordsIn)]) } as ActionInputs;
  const contradictory = contradictions(inputs);
  if (contradictory.length > 0) throw invalid(contradictory);
  return inputs;
}

function invalid(problems: readonly Problem[]): PiImageError {
  const what = problems.length === 1 ? 'an input is' : `${problems.length} inputs are`;
  return new PiImageError('usage.invalid', `${what} not valid`, { problems });
}

function read(
  input: ActionInput,
  text: string,
):
  | { readonly value: Value; readonly problem?: never }
  | { readonly value?: never; readonly problem: Problem } {
  switch (input.kind) {
    case 'flag': {
      const value = flags[text];
      return value === undefined ? fault(input, text, 'true or false') : { value };
    }
    case 'bytes': {
      const value = Number(text);
      return Number.isSafeInteger(value) && value > 0 && /^\d+$/.test(text)
        ? { value }
        : fault(input, text, 'a number of bytes');
    }
    case 'lines':
      return { value: text.split(/\r?\n/).flatMap((line) => line.trim() || []) };
    case 'words': {
      const words = text.split(/[\s,]+/).filter((word) => word !== '');
      const wrong = words.find((word) => input.choices && !input.choices.includes(word));
      return wrong === undefined ? { value: [...new Set(words)] } : noChoice(input, wrong);
    }
    case 'text':
      if (/[\r\n]/.test(text)) return fault(input, text, 'one line');
      return !input.choices || input.choices.includes(text) ? { value: text } : noChoice(input, text);
  }
}

/** The words of a command line that say the same. */
function wordsOf(says: NonNullable<ActionInput['says']>, value: Value): readonly string[] {
  if (typeof says === 'object') return says[String(value)] ?? [];
  if (value === true) return [says];
  // What is off by itself has no option to say so.
  const negated = says.replace('--', '--no-');
  if (value === false) return inputOptions.some((one) => one.flags === negated) ? [negated] : [];
  return [value].flat().map((one) => `${says}=${one}`);
}

/** `--name`, `--name=value` or `--name value`, where the value goes to the end of the line. */
function wordsIn(line: string): readonly string[] {
  const [, name = line, value] = /^(-[^\s=]+)\s+(.*)$/.exec(line) ?? [];
  return value === undefined ? [name] : [name, value];
}

function flagsOf(words: readonly string[]): ActionInputs['flags'] {
  try {
    return parseOptions(inputOptions, words);
  } catch (error) {
    throw error instanceof CommanderError ? usageError(error) : error;
  }
}

/** What stands in a workflow is public, and shown in its log. */
function faultsIn(lines: readonly string[], environment: Environment): Problem[] {
  const secrets = secretsIn(environment).filter((secret) => secret.length >= shortestSecret);
  return lines.flatMap((line): Problem[] => {
    const name = /^--?([\w-]+)/.exec(line)?.[1];
    if (secrets.some((secret) => line.includes(secret)))
      return [
        {
          path: 'args',
          message: `--${name ?? '…'} holds a secret of the environment`,
          help: whereSecretsBelong,
        },
      ];
    if (name === undefined)
      return [
        {
          path: 'args',
          message: 'a line of it is no option',
          help: 'begin each line with `--`, and give a file of settings by `config`',
        },
      ];
    const variable = secretVariables[name];
    return variable
      ? [{ path: 'args', message: `there is no option --${name}`, help: helpWith(variable) }]
      : [];
  });
}

/** Shorter ones occur by chance. */
const shortestSecret = 6;
const whereSecretsBelong = 'no option takes a secret: pi-image reads it from the environment by itself';
const helpWith = (variable: string): string =>
  `secrets come from the environment of the step: \`env: { ${variable}: … }\``;

function noChoice(input: ActionInput, text: string): { problem: Problem } {
  return fault(input, text, `one of ${input.choices?.join(', ')}`, nearest(text, input.choices ?? []));
}

function fault(
  { name }: ActionInput,
  text: string,
  wanted: string,
  near: readonly string[] = [],
): { problem: Problem } {
  const help = near.length > 0 ? { help: `did you mean ${near.join(' or ')}?` } : {};
  return {
    problem: { path: name, message: `${JSON.stringify(text.slice(0, 80))} is not ${wanted}`, ...help },
  };
}

/** The runner passes on what is no input of the action, too; an image without it would not be what was asked for. */
function unknownInputs(environment: Environment): Problem[] {
  const names = actionInputs.map(({ name }) => name);
  const known = new Set(names.map(variableOf));
  return Object.keys(environment)
    .filter((variable) => variable.startsWith(prefix) && !known.has(variable))
    .map((variable) => variable.slice(prefix.length).toLowerCase())
    .map((name) => ({ path: name, message: 'there is no such input', ...helpFor(name, names) }));
}

function helpFor(name: string, names: readonly string[]): { help?: string } {
  const variable = secretVariables[name.replaceAll('_', '-')];
  if (variable) return { help: helpWith(variable) };
  const near = nearest(name, names);
  return near.length > 0 ? { help: `did you mean ${near.join(' or ')}?` } : {};
}

/** What the options among themselves contradict is told where settings are made of them. */
function contradictions({ flags, ...inputs }: ActionInputs): Problem[] {
  const allowed = inputs['allow-secrets-in-release'];
  const isRelease = flags.release !== undefined || inputs['release-tag'] !== undefined;
  if (!isRelease) {
    return allowed
      ? [{ path: 'allow-secrets-in-release', message: 'says nothing without `release-tag`' }]
      : [];
  }
  const path = flags.release === undefined ? 'release-tag' : 'release-dir';
  const against = (input: string, why: string): Problem => ({
    path,
    message: `contradicts \`${input}\`: ${why}`,
  });
  return [
    ...(flags.public === false && !allowed
      ? [against('public', 'a release is public, unless `allow-secrets-in-release` says so')]
      : []),
    ...(inputs.bmap === false ? [against('bmap', 'a release has a block map')] : []),
    ...(flags.dryRun ? [against('dry-run', 'nothing is built')] : []),
    ...(inputs['only-cache-key'] ? [against('only-cache-key', 'nothing is built')] : []),
  ];
}
