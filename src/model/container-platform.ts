/** As in OCI image indexes: `linux`, `arm`, `v6`. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string | undefined;
}

/** Those of Raspberry Pis, as `docker run --platform` has them. */
export const platforms = {
  'linux/arm/v6': { os: 'linux', architecture: 'arm', variant: 'v6' },
  'linux/arm/v7': { os: 'linux', architecture: 'arm', variant: 'v7' },
  'linux/arm64': { os: 'linux', architecture: 'arm64' },
} as const satisfies Readonly<Record<string, Platform>>;

export type PlatformName = keyof typeof platforms;

/**
 * How well an image made for `has` runs on `wanted`: the lower the better, undefined when not at all. On ARM a board
 * runs images of its own variant and of all earlier ones, never of later ones; without a variant `arm` means v7 and
 * `arm64` v8 (containerd's platforms package).
 */
export function distance(wanted: Platform, has: Platform): number | undefined {
  const [a, b] = [wanted, has];
  if (a.os !== b.os || a.architecture !== b.architecture) return undefined;
  const steps = variantOf(a) - variantOf(b);
  return Number.isFinite(steps) && steps >= 0 ? steps : undefined;
}

function variantOf({ architecture, variant }: Platform): number {
  const assumed = { arm: 7, arm64: 8 }[architecture] ?? 0;
  if (variant === undefined || variant === '') return assumed;
  const [, number] = /^v([1-9])$/.exec(variant) ?? [];
  return number === undefined ? Number.NaN : Number(number);
}

export function platformText({ os, architecture, variant }: Platform): string {
  return [os, architecture, variant].filter(Boolean).join('/');
}
