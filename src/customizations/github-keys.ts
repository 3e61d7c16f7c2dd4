import { createHash } from 'node:crypto';
import type { HostInput } from '../model/host-input.ts';
import type { Advice } from '../model/plan.ts';
import { type PublicKey, parsePublicKeys } from './ssh-key.ts';

/** What GitHub takes for the name of a user, behind `gh:`. */
export const gitHubUser = /^gh:(?!-)[a-z0-9-]{1,39}(?<!-)$/i;

/** Whether a key is named by its owner on GitHub; whether that is a name is not said. */
export function isGitHubUser(key: string): boolean {
  return key.startsWith('gh:');
}

/** Where GitHub publishes the keys that a user logs in with (https://docs.github.com/en/rest/users/keys). */
export function addressOfKeys(key: string): string {
  return `https://github.com/${key.slice('gh:'.length)}.keys`;
}

/**
 * The keys of an answer, each with its owner for a comment. Options in front of a key, which could have it run programs,
 * are left out as every comment is.
 * @throws PiImageError `spec.invalid` when a line is no key, or there is none
 */
export function keysFromGitHub(key: string, answer: HostInput): readonly PublicKey[] {
  const text = answer.kind === 'file' && answer.bytes ? Buffer.from(answer.bytes).toString('utf8') : '';
  return parsePublicKeys(text, `what GitHub has as keys of ${key}`).map((one) => ({
    ...one,
    line: `${one.type} ${one.base64} ${key}`,
  }));
}

/** Nobody has seen these keys yet. */
export function adviceOnKeys(key: string, keys: readonly PublicKey[]): Advice {
  const prints = keys.map(({ type, base64 }) => `${fingerprint(base64)} (${type})`);
  return {
    level: 'note',
    id: 'ssh.github-keys',
    message: `who has these keys of ${key} may log in: ${prints.join(', ')}`,
    help: 'compare them with what `ssh-keygen -l -f FILE` says of your own',
  };
}

/** As ssh-keygen shows it. */
function fingerprint(base64: string): string {
  const digest = createHash('sha256').update(Buffer.from(base64, 'base64')).digest('base64');
  return `SHA256:${digest.replace(/=+$/, '')}`;
}
