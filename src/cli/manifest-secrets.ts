import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { PiImageError } from '../model/errors.ts';
import type { Advice } from '../model/plan.ts';
import { trimSecret } from '../model/secret.ts';
import type { Manifest } from '../release/manifest.ts';
import { secretReader } from './secrets.ts';
import { hide } from './ui/redact.ts';

export interface ManifestSecretOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Of --secret: `SETTING=FILE`, relative to `directory`. */
  readonly given: readonly string[];
  readonly directory: string;
  /** Whether somebody may be asked. */
  readonly input: boolean;
  readonly onAdvice: (advice: Advice) => void;
}

/**
 * Text of every secret that a manifest asks for, by its place: from the file of a --secret, the variable that the
 * manifest names, or a prompt. Those that are missing are all named at once.
 */
export async function manifestSecrets(
  { secrets }: Pick<Manifest, 'secrets'>,
  options: ManifestSecretOptions,
): Promise<ReadonlyMap<string, string>> {
  const { env, directory, input, onAdvice } = options;
  const files = filesByPlace(options.given, secrets);
  const isMissing = ({ setting, environment }: Manifest['secrets'][number]) =>
    !files.has(setting) && env[environment] === undefined;
  const missing = secrets.filter(isMissing);
  if (missing.length > 0 && !input) throw missingSecrets(missing);
  const read = secretReader({ env, directory, input, onAdvice });
  const texts = new Map<string, string>();
  for (const secret of secrets) {
    const { setting, environment } = secret;
    const file = files.get(setting);
    if (file !== undefined && isContent(setting)) {
      texts.set(setting, await contentOf(path.resolve(directory, file), setting));
      continue;
    }
    const source =
      file !== undefined
        ? { file }
        : isMissing(secret)
          ? { prompt: `Secret for ${setting}` }
          : { env: environment };
    const text = await read(source, setting);
    texts.set(setting, isContent(setting) ? text : trimSecret(text));
  }
  return texts;
}

/** The text of a file in the image, to the last byte; of any other secret the first line counts. */
const isContent = (setting: string): boolean => /^files\.\d+\.content$/.test(setting);

async function contentOf(file: string, setting: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: Error) => {
    throw new PiImageError('spec.secret', `the secret for ${setting} cannot be read from ${file}`, {
      help: cause.message,
      cause,
    });
  });
  hide(text.trim());
  return text;
}

function filesByPlace(given: readonly string[], secrets: Manifest['secrets']): ReadonlyMap<string, string> {
  const known = new Set(secrets.map(({ setting }) => setting));
  return new Map(
    given.map((text) => {
      const at = text.indexOf('=');
      const setting = text.slice(0, Math.max(0, at));
      if (known.has(setting)) return [setting, text.slice(at + 1)];
      throw new PiImageError('usage.invalid', 'a --secret is not SETTING=FILE for a secret of the manifest', {
        help: known.size > 0 ? `it asks for ${[...known].join(', ')}` : 'it asks for none',
      });
    }),
  );
}

function missingSecrets(missing: Manifest['secrets']): PiImageError {
  return new PiImageError('spec.secret', 'the manifest has secrets left out, which have to be given anew', {
    problems: missing.map(({ setting, environment }) => ({
      message: `${setting}: set ${environment}, or pass --secret ${setting}=FILE`,
    })),
    help: 'only with the very secrets of the first build can the image be the same',
  });
}
