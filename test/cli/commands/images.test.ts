import { describe, expect, it } from 'vitest';
import { runImages } from '../../../src/cli/commands/images.ts';
import { listImages } from '../../../src/source/catalogue.ts';
import { printed } from '../../fixtures/printed.ts';

describe('pi-image images', () => {
  it('lists every image in a line, with how it is checked', async () => {
    const { stdout, stderr } = await printed(() => runImages(undefined, {}));
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(1 + (await listImages()).length);
    expect(lines[0]).toMatch(/^NAME +SHORT NAME +DOWNLOAD +IMAGE +CHECKED BY$/);
    expect(stdout).toMatch(
      /^raspbian-buster-lite-2021-05-07 +raspbian-buster-lite +466 MB +1\.87 GB +known digest of the archive \(3 sources\)$/m,
    );
    expect(stdout).toMatch(/^raspbian-buster-lite-2022-09-22 .* publisher's digest, on first use$/m);
    expect(stdout).not.toMatch(/ \n/);
    expect(stderr).toMatch(/pi-image images NAME/);
  });

  it('shows one by any of its names', async () => {
    const { stdout } = await printed(() => runImages('raspbian-buster', {}));
    expect(stdout).toMatch(/^name +raspbian-buster-2021-05-07, raspbian-buster$/m);
    expect(stdout.match(/^from +https:/gm)).toHaveLength(2);
    expect(stdout).toMatch(/SHA-256 [0-9a-f]{64}/);
  });

  it('gives programs one object a line', async () => {
    const { stdout, stderr } = await printed(() => runImages(undefined, { json: true }));
    const images = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(images.map(({ name }) => name)).toEqual((await listImages()).map(({ name }) => name));
    expect(images.find(({ name }) => name === 'demo')).toMatchObject({ checkedBy: 'pinned-archive' });
    expect(stderr).toBe('');
  });

  it('helps with a name that is none', async () => {
    await expect(printed(() => runImages('raspbian-bster', {}))).rejects.toMatchObject({
      code: 'source.unknown-image',
    });
  });
});
