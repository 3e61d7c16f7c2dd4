import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PiImageError } from '../model/errors.ts';
import type { Advice } from '../model/plan.ts';
import { type SecretSource, trimSecret } from '../model/secret.ts';
import type { ReadSecret } from '../spec/secrets.ts';
import { readableByOthers } from './private-file.ts';
import { hide } from './ui/redact.ts';

interface SecretOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Folder that relative paths in a configuration file start at. */
  readonly directory: string;
  readonly input: boolean;
  readonly onAdvice: (advice: Advice) => void;
}

/** Reads secrets from where the user keeps them. Whatever is read is hidden from all output from then on. */
export function secretReader(options: SecretOptions): ReadSecret {
  return async (source, where) => {
    const secret = await readSource(source, where, options);
    hide(trimSecret(secret));
    return secret;
  };
}

async function readSource(source: SecretSource, where: string, options: SecretOptions): Promise<string> {
  if ('env' in source) return fromEnvironment(source.env, where, options.env);
  if ('file' in source)
    return source.file === '-' ? fromStandardInput(where) : fromFile(source.file, where, options);
  if ('stdin' in source) return fromStandardInput(where);
  if ('prompt' in source) return fromPrompt(source.prompt, where, options);
  throw new Error(`the secret for ${where} was never given`);
}

function fromEnvironment(name: string, where: string, env: NodeJS.ProcessEnv): string {
  const value = env[name];
  if (value !== undefined) return value;
  throw new PiImageError('spec.secret', `the environment variable ${name}, for ${where}, is not set`);
}

async function fromFile(
  file: string,
  where: string,
  { directory, onAdvice }: SecretOptions,
): Promise<string> {
  const path = resolve(directory, file);
  try {
    const advice = readableByOthers(path, await stat(path), 'holds a secret');
    if (advice) onAdvice(advice);
    const text = await readFile(path, 'utf8');
    return text.split('\n')[0] ?? '';
  } catch (cause) {
    throw new PiImageError('spec.secret', `the secret for ${where} cannot be read from ${file}`, {
      help: (cause as Error).message,
      cause,
    });
  }
}

let standardInput: Promise<string[]> | undefined;

/** One line of standard input a secret, in the order they are asked for. */
async function fromStandardInput(where: string): Promise<string> {
  standardInput ??= (async () => {
    const pieces: Buffer[] = [];
    for await (const piece of process.stdin) pieces.push(piece as Buffer);
    return Buffer.concat(pieces).toString('utf8').split('\n');
  })();
  const line = (await standardInput).shift();
  if (line) return line;
  throw new PiImageError('spec.secret', `standard input has no line for the secret of ${where}`);
}

async function fromPrompt(question: string, where: string, { input }: SecretOptions): Promise<string> {
  if (!input || !process.stdin.isTTY || !process.stderr.isTTY) {
    throw new PiImageError('spec.secret', `the secret for ${where} is not given, and nobody can be asked`, {
      help: question.includes('Wi-Fi')
        ? 'set PI_IMAGE_WIFI_PASSWORD (of a second network PI_IMAGE_WIFI_PASSWORD_2), or use --wifi-password-file FILE (- is standard input), or --wifi-open'
        : 'give it by a file or an environment variable',
    });
  }
  const { password, isCancel } = await import('@clack/prompts');
  const answer = await password({ message: question, output: process.stderr });
  if (!isCancel(answer)) return answer;
  process.kill(process.pid, 'SIGINT');
  throw new PiImageError('spec.secret', `no secret was given for ${where}`);
}
