import type { Manifest } from '../../src/release/manifest.ts';

export const digest = (digit: string): string => digit.repeat(64);

/** A manifest as `makeManifest` gives one. */
export const madeManifest: Manifest = {
  version: 1,
  tool: { name: 'pi-image', version: '1.2.3' },
  base: { name: 'raspbian-buster-lite', size: 2048, sha256: digest('a'), archiveSha256: digest('b') },
  build: { sourceDateEpoch: 1715000000, seed: 'seed', zeroFree: true, recover: false, public: true },
  settings: { image: 'raspbian-buster-lite', hostname: 'kitchen' },
  secrets: [{ setting: 'user.password', environment: 'PI_IMAGE_SECRET_USER_PASSWORD' }],
  image: { name: 'kitchen', size: 4096, sha256: digest('c') },
  edits: [
    {
      ...{ path: '/etc/hostname', from: ['hostname'], action: 'changed', kind: 'file', mode: '0644' },
      ...{ uid: 0, gid: 0, size: 8, sha256: digest('d') },
    },
    {
      ...{ path: '/etc/hidden', from: ['files'], action: 'changed', kind: 'file', mode: '0644' },
      ...{ uid: 0, gid: 0, sensitive: true },
    },
    {
      ...{ path: '/var/x/docker_1%3a2.deb', from: ['docker'], action: 'created', kind: 'file' },
      ...{ mode: '0644', uid: 0, gid: 0, size: 9, sha256: digest('e') },
    },
  ],
  outputs: [
    { name: 'kitchen.img.gz', size: 12, sha256: digest('1') },
    { name: 'kitchen.zip', size: 11, sha256: digest('2') },
    { name: 'kitchen.bmap', size: 10, sha256: digest('3') },
  ],
};
