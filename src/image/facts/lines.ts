/** Lines of a configuration file, whatever ends them. */
export function linesOf(text: string): readonly string[] {
  return text.split(/\r?\n/);
}

/** A decimal number as ids are written; undefined for anything else. */
export function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}
