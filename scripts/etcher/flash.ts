import { existsSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** The part of etcher-sdk that is used: what Etcher itself does with the file that a user picks. */
interface EtcherSdk {
  readonly sourceDestination: {
    readonly File: new (file: { path: string; write?: boolean }) => Source;
  };
  readonly multiWrite: {
    decompressThenFlash(job: {
      source: Source;
      destinations: readonly Source[];
      verify: boolean;
      onProgress: () => void;
      onFail: (destination: Source, error: Error) => void;
    }): Promise<{ readonly bytesWritten: number }>;
  };
}

interface Source {
  /** The image inside, unpacked. */
  getInnerSource(): Promise<Source>;
}

const manifest = path.join(import.meta.dirname, 'package.json');

export const isInstalled = existsSync(path.join(import.meta.dirname, 'node_modules', 'etcher-sdk'));

/** Has Etcher's own code open an image and write it, with verification, to a file as large as the card should be. */
export async function flash(image: string, card: string, size: number): Promise<number> {
  const { sourceDestination, multiWrite } = createRequire(manifest)('etcher-sdk') as EtcherSdk;
  writeFileSync(card, '');
  truncateSync(card, size);
  const source = await new sourceDestination.File({ path: image }).getInnerSource();
  const failures: Error[] = [];
  const { bytesWritten } = await multiWrite.decompressThenFlash({
    source,
    destinations: [new sourceDestination.File({ path: card, write: true })],
    verify: true,
    onProgress: () => {},
    onFail: (_card, error) => failures.push(error),
  });
  if (failures[0]) throw failures[0];
  if (statSync(card).size !== size) throw new Error(`Etcher left a card of ${statSync(card).size} bytes`);
  return bytesWritten;
}
