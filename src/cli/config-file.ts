import type { Stats } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { PiImageError } from '../model/errors.ts';
import type { Advice } from '../model/plan.ts';
import { parseYaml, type YamlFile } from '../spec/yaml.ts';
import { readableByOthers } from './private-file.ts';

export interface ConfigFile extends YamlFile {
  /** What its user should know of it. */
  readonly advice: readonly Advice[];
  /** Folder that relative paths in it start at. */
  readonly directory: string;
}

const defaultNames = ['pi-image.yaml', 'pi-image.yml'] as const;

/** Reads the named file, standard input for `-`, or ./pi-image.yaml when there is one. */
export async function readConfigFile(
  name: string | undefined,
  directory: string,
): Promise<ConfigFile | undefined> {
  if (name === '-') return parsed(await readStandardInput(), 'standard input', directory);
  for (const candidate of name === undefined ? defaultNames : [name]) {
    const file = path.resolve(directory, candidate);
    const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT' && name === undefined) return undefined;
      throw unreadable(candidate, cause);
    });
    if (text === undefined) continue;
    const found = parsed(text, candidate, path.dirname(file));
    return { ...found, advice: adviceOn(found, file, await stat(file)) };
  }
  return undefined;
}

function parsed(text: string, name: string, directory: string): ConfigFile {
  return { ...parseYaml(text, name), directory, advice: [] };
}

function adviceOn({ literalSecrets }: ConfigFile, file: string, stats: Stats): readonly Advice[] {
  if (literalSecrets.length === 0) return [];
  const places = literalSecrets.map(({ where }) => where).join(', ');
  return [readableByOthers(file, stats, `holds secrets (${places})`) ?? []].flat();
}

function unreadable(name: string, cause: NodeJS.ErrnoException): PiImageError {
  const reason = cause.code === 'ENOENT' ? 'does not exist' : `cannot be read: ${cause.message}`;
  return new PiImageError('spec.missing', `the configuration file ${name} ${reason}`, {
    help: 'make one with `pi-image init`, or say everything by options: `pi-image build --help`',
    cause,
  });
}

async function readStandardInput(): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of process.stdin) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}
