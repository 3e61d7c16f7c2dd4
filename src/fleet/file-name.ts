/** Names that Windows keeps for devices, whatever ending follows. */
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** Why a value cannot be part of a file name on every system; undefined when it can. */
export function fileNameFault(text: string): string | undefined {
  if (!/^[A-Za-z0-9._-]*$/.test(text)) return 'may only have letters, digits, dots, hyphens and underscores';
  if (!/^[A-Za-z0-9]/.test(text)) return 'has to begin with a letter or a digit';
  if (text.endsWith('.') || text.includes('..'))
    return 'may not end with a dot, nor have two next to each other';
  if (text.length > 100) return 'may have no more than 100 characters';
  if (reserved.test(text)) return 'is a name that Windows keeps for a device';
  return undefined;
}
