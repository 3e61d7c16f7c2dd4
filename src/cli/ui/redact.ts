const known = new Set<string>();

/** From now on this text is hidden wherever the command line shows anything. */
export function hide(secret: string): void {
  // Anything shorter would blank out innocent text, and every password we accept is longer.
  if (secret.length < 4) return;
  known.add(secret);
  known.add(JSON.stringify(secret).slice(1, -1));
}

export function redact(text: string): string {
  let shown = text;
  for (const secret of known) shown = shown.replaceAll(secret, '(hidden)');
  return shown;
}
