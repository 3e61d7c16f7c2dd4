import type { Customization } from '../customizations/customization.ts';
import { PiImageError, type Place, type Problem } from '../model/errors.ts';
import { problemsOf } from './problems.ts';
import { type Spec, specSchema } from './spec.ts';

/** Finds the place in the user's file where the value at a path was written, if it was. */
export type Locate = (path: readonly PropertyKey[], what: 'key' | 'value') => Place | undefined;

/**
 * Checks settings of unknown shape, as read from a file or given by a program, and gives them their types.
 * All faults are reported together as one `spec.invalid`.
 */
export function parseSpec(
  value: unknown,
  customizations: readonly Customization[],
  locate: Locate = () => undefined,
): Spec {
  const result = specSchema(customizations).safeParse(value ?? {});
  if (!result.success) throw invalid(problemsOf(result.error, value, customizations, locate));
  const { image, sha256, output, size, grow, ...settings } = result.data as Record<string, unknown> &
    Pick<Spec, 'image' | 'sha256' | 'output'> & { readonly size?: number; readonly grow?: number };
  return {
    image,
    ...(sha256 !== undefined && { sha256: sha256.toLowerCase() }),
    ...(output !== undefined && { output }),
    ...(size !== undefined && { enlargement: { size } }),
    ...(grow !== undefined && { enlargement: { grow } }),
    settings,
  };
}

export function invalid(problems: readonly Problem[]): PiImageError {
  const count = problems.length === 1 ? 'a setting is' : `${problems.length} settings are`;
  return new PiImageError('spec.invalid', `${count} not valid`, { problems });
}
