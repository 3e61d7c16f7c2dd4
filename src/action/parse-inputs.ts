import { PiImageError, type Problem } from '../model/errors.ts';
import { nearest } from '../model/nearest.ts';
import { type ActionInput, type ActionInputs, actionInputs } from './action-input.ts';

type Environment = Readonly<Record<string, string | undefined>>;

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
  notify: 'PI_IMAGE_NOTIFY_URL',
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
  const found: Record<string, unknown> = {};
  for (const input of actionInputs as readonly ActionInput[]) {
    const text = environment[variableOf(input.name)]?.trim() ?? '';
    if (text === '') continue;
    const { value, problem } = read(input, text);
    if (problem) problems.push(problem);
    else found[input.name] = value;
  }
  problems.push(...contradictions(found as ActionInputs));
  if (problems.length > 0) {
    const what = problems.length === 1 ? 'an input is' : `${problems.length} inputs are`;
    throw new PiImageError('usage.invalid', `${what} not valid`, { problems });
  }
  return found as ActionInputs;
}

function read(input: ActionInput, text: string): { value?: unknown; problem?: Problem } {
  switch (input.kind) {
    case 'flag':
      return text in flags ? { value: flags[text] } : fault(input, text, 'true or false');
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
  if (variable) return { help: `secrets come from the environment of the step: \`env: { ${variable}: … }\`` };
  const near = nearest(name, names);
  return near.length > 0 ? { help: `did you mean ${near.join(' or ')}?` } : {};
}

function contradictions(inputs: ActionInputs): Problem[] {
  const both = (one: keyof ActionInputs, other: keyof ActionInputs, why: string): Problem[] =>
    inputs[one] !== undefined && inputs[other] !== undefined
      ? [{ path: other, message: `contradicts \`${one}\`: ${why}` }]
      : [];
  const needs = (one: keyof ActionInputs, other: keyof ActionInputs): Problem[] =>
    inputs[one] && inputs[other] === undefined
      ? [{ path: one, message: `says nothing without \`${other}\`` }]
      : [];
  return [
    ...both('size', 'grow', 'both say how large the image becomes'),
    ...needs('wifi-hidden', 'wifi'),
    ...needs('wifi-open', 'wifi'),
    ...(['release-dir', 'release-tag'] as const).flatMap((release) => [
      ...(inputs.public === false && !inputs['allow-secrets-in-release']
        ? both('public', release, 'a release is public, unless `allow-secrets-in-release` says so')
        : []),
      ...(inputs.bmap === false ? both('bmap', release, 'a release has a block map') : []),
      ...(inputs['dry-run'] ? both('dry-run', release, 'nothing is built') : []),
      ...(inputs['only-cache-key'] ? both('only-cache-key', release, 'nothing is built') : []),
    ]),
    ...(inputs['release-dir'] === undefined ? needs('allow-secrets-in-release', 'release-tag') : []),
    ...(inputs.ssh === false ? both('ssh', 'ssh-keys', 'nobody can log in with a key where ssh is off') : []),
    ...(inputs.vnc === false ? both('vnc', 'vnc-resolution', 'VNC is off') : []),
    ...(inputs.docker === 'none'
      ? [
          ...both('docker', 'containers', 'containers need Docker'),
          ...both('docker', 'compose', 'compose projects need Docker'),
        ]
      : []),
  ];
}
