/** Bytes are not what the .xz format allows, or nothing that we deal with. Whoever knows where they come from says so. */
export class XzFault extends Error {
  override readonly name = 'XzFault';
}

export function check(holds: boolean, message: string): asserts holds {
  if (!holds) throw new XzFault(message);
}

/** What `parse` gives; undefined where it finds a fault. */
export function unlessFault<Result>(parse: () => Result): Result | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof XzFault) return undefined;
    throw error;
  }
}
