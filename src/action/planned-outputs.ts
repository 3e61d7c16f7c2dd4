import path from 'node:path';
import { PiImageError } from '../model/errors.ts';
import { formatOf, rawNameOf } from '../output/format.ts';
import type { Spec } from '../spec/spec.ts';
import type { ActionInputs } from './action-input.ts';

type Compression = NonNullable<ActionInputs['compression']>[number];

const endings: Readonly<Record<Compression, string>> = {
  none: '.img',
  xz: '.img.xz',
  gz: '.img.gz',
  zst: '.img.zst',
  zip: '.zip',
};

interface Where {
  readonly spec: Pick<Spec, 'image' | 'output' | 'settings'>;
  readonly workspace: string;
  /** Folder that `output` of the settings starts at. */
  readonly directory: string;
}

/** The files to write, absolute: `compression` names the formats, else the ending of the output, else it is xz. Pure. */
export function plannedOutputs(
  { compression }: Pick<ActionInputs, 'compression'>,
  where: Where,
): readonly string[] {
  const { output } = where.spec;
  const given = output === undefined ? undefined : path.resolve(where.directory, output);
  if (given === undefined) {
    const stem = path.join(where.workspace, 'dist', nameOf(where.spec));
    return (compression ?? ['xz']).map((one) => `${stem}${endings[one]}`);
  }
  const ending = /(\.img(\.xz|\.gz|\.zst)?|\.zip|\.pipatch)$/i.exec(given)?.[0].toLowerCase();
  if (compression === undefined) {
    // A name may end in a version; what ends like another kind of image is a mistake.
    if (ending === undefined && /\.(zst|bz2|7z|xz|gz|raw|iso)$/i.test(given)) formatOf(given);
    return [ending === undefined ? `${given}${endings.xz}` : given];
  }
  const wanted = compression.map((one) => endings[one]);
  if (ending !== undefined && ending !== '.img' && !wanted.includes(ending)) {
    throw new PiImageError(
      'usage.invalid',
      `the output ${path.basename(given)} is ${ending.slice(1)}, and compression says ${compression.join(', ')}`,
      { help: 'leave one of them out' },
    );
  }
  const stem = given.slice(0, given.length - (ending ?? '').length);
  return wanted.map((one) => `${stem}${one}`);
}

function nameOf({ image, settings }: Where['spec']): string {
  const { hostname } = settings;
  const named = typeof hostname === 'string' ? hostname : rawNameOf(image).replace(/\.img$/, '');
  return named.replace(/[^\w.-]+/g, '-');
}
