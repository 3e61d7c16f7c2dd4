import { PiImageError } from '../model/errors.ts';
import { Secret, type SecretSource, trimSecret } from '../model/secret.ts';

/** Reads one secret; `where` is its dotted place in the settings, for prompts and errors. */
export type ReadSecret = (source: SecretSource, where: string) => Promise<string>;

/**
 * Fills every secret in the settings, one after the other because some may be typed in.
 */
export async function resolveSecrets(settings: unknown, read: ReadSecret): Promise<void> {
  for (const { secret, where } of findSecrets(settings, '')) {
    if (secret.filled) continue;
    const text = trimSecret(await read(secret.source, where));
    if (text === '') {
      throw new PiImageError('spec.secret', `the secret for ${where} is empty`, {
        help: describeSource(secret.source),
      });
    }
    secret.fill(text);
  }
}

/** Every secret that has been filled, for the redaction of whatever is shown. */
export function revealedSecrets(settings: unknown): readonly string[] {
  return [...findSecrets(settings, '')]
    .filter(({ secret }) => secret.filled)
    .map(({ secret }) => secret.reveal());
}

function* findSecrets(value: unknown, where: string): Generator<{ secret: Secret; where: string }> {
  if (value instanceof Secret) {
    yield { secret: value, where };
  } else if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) {
    for (const [key, inner] of Object.entries(value))
      yield* findSecrets(inner, where === '' ? key : `${where}.${key}`);
  }
}

function describeSource(source: SecretSource): string {
  if ('file' in source) return `put it on the first line of ${source.file}`;
  if ('env' in source) return `set the environment variable ${source.env}`;
  return 'give it a value';
}
