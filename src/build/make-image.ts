import { carryOut, type Made, type MakeOptions } from './carry-out.ts';
import type { BaseOptions } from './open-base.ts';
import { type CheckedSettings, type Prepared, prepare } from './prepare.ts';

/** A finished image in memory, which nothing has been written of yet. */
export type MadeImage = Prepared & Made;

/** Gets the base, plans, edits in memory, and looks over what came of it. */
export async function makeImage(
  request: CheckedSettings,
  options: MakeOptions & Pick<BaseOptions, 'copy' | 'side'>,
): Promise<MadeImage> {
  const prepared = await prepare(request, options);
  try {
    return { ...prepared, ...(await carryOut(prepared, options)) };
  } catch (error) {
    prepared[Symbol.dispose]();
    throw error;
  }
}
