import { describe, expect, it } from 'vitest';
import { provenance } from '../../src/release/provenance.ts';
import { digest, madeManifest } from './made-manifest.ts';

describe('provenance', () => {
  it('is an in-toto statement of SLSA v1 on every file of the image', () => {
    const statement = provenance(madeManifest, [{ name: 'manifest.json', sha256: digest('9') }]);
    expect(statement).toEqual({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [
        { name: 'kitchen.img.gz', digest: { sha256: digest('1') } },
        { name: 'kitchen.zip', digest: { sha256: digest('2') } },
        { name: 'kitchen.bmap', digest: { sha256: digest('3') } },
      ],
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: {
        buildDefinition: {
          buildType: 'pkg:npm/pi-image#docs/release.md',
          externalParameters: {
            settings: madeManifest.settings,
            options: { zeroFree: true, recover: false, public: true },
          },
          internalParameters: { seed: 'seed', sourceDateEpoch: 1715000000 },
          resolvedDependencies: [
            { name: 'raspbian-buster-lite', digest: { sha256: digest('b') } },
            { name: 'raspbian-buster-lite.img', digest: { sha256: digest('a') } },
            { name: 'docker_1%3a2.deb', digest: { sha256: digest('e') } },
          ],
        },
        runDetails: {
          builder: { id: 'pkg:npm/pi-image@1.2.3', version: { 'pi-image': '1.2.3' } },
          byproducts: [{ name: 'manifest.json', digest: { sha256: digest('9') } }],
        },
      },
    });
  });

  it('has one digest of a base that came as a raw image', () => {
    const { archiveSha256: _, ...base } = madeManifest.base;
    const text = JSON.stringify(provenance({ ...madeManifest, base, edits: [] }, []));
    expect(text).toContain(
      `"resolvedDependencies":[{"name":"raspbian-buster-lite.img","digest":{"sha256":"${digest('a')}"}}]`,
    );
  });
});
