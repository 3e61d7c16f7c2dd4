import type { BuildEvent, OnEvent } from '../../model/events.ts';
import type { SecretSource } from '../../model/secret.ts';
import type { ReadSecret } from '../../spec/secrets.ts';

/** A secret that many devices name is read once: a person is asked once, and standard input has it once. */
export function onceEach(read: ReadSecret): ReadSecret {
  const known = new Map<string, Promise<string>>();
  return (source: SecretSource, where) => {
    const key = JSON.stringify(source);
    const text = known.get(key) ?? read(source, where);
    known.set(key, text);
    return text;
  };
}

/** What is to be said of many devices alike is said once. */
export function onceAlike(onEvent: OnEvent | undefined): (event: BuildEvent) => void {
  const said = new Set<string>();
  return (event) => {
    const text = JSON.stringify(event);
    if (!said.has(text)) onEvent?.(event);
    said.add(text);
  };
}
