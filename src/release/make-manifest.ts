import type { AppliedEdit } from '../model/applied.ts';
import type { Manifest, ManifestEdit } from './manifest.ts';

/** What a manifest tells; secrets are taken out of the settings already, and out of the edits here. */
export interface ManifestInputs
  extends Pick<Manifest, 'tool' | 'base' | 'build' | 'settings' | 'image' | 'outputs'> {
  /** Dotted places of what is hidden in the settings. */
  readonly hidden: readonly string[];
  readonly edits: readonly AppliedEdit[];
}

/** The manifest of a build. Pure: the same build gives the same, byte for byte. */
export function makeManifest({ hidden, edits, ...rest }: ManifestInputs): Manifest {
  const { tool, base, build, settings, image, outputs } = rest;
  return {
    version: 1,
    tool,
    base,
    build,
    settings,
    secrets: secretsOf(hidden),
    image,
    edits: edits.map(manifestEdit),
    outputs,
  };
}

function manifestEdit(applied: AppliedEdit): ManifestEdit {
  const { path, from, action, kind, mode, uid, gid, size, sha256, target, to, sensitive } = applied;
  const isFile = kind === 'file' && !sensitive;
  return {
    path,
    from: [...from],
    action,
    kind,
    mode: (mode & 0o7777).toString(8).padStart(4, '0'),
    uid,
    gid,
    ...(isFile && { size, ...(sha256 !== undefined && { sha256 }) }),
    ...(target !== undefined && { target }),
    ...(to !== undefined && { to }),
    ...(sensitive && { sensitive }),
  };
}

/** A variable for each secret; two whose places look alike in capital letters are told apart by a number. */
function secretsOf(hidden: readonly string[]): Manifest['secrets'] {
  const taken = new Set<string>();
  return hidden.map((setting) => {
    const plain = `PI_IMAGE_SECRET_${setting.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}`.slice(0, 900);
    let environment = plain;
    for (let number = 2; taken.has(environment); number++) environment = `${plain}_${number}`;
    taken.add(environment);
    return { setting, environment };
  });
}
