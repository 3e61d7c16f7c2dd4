import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { mend, mendTree } from '../../src/build/mend.ts';
import { openFileDevice } from '../../src/image/file-device.ts';
import { openImage } from '../../src/image/open-image.ts';
import { createOverlay } from '../../src/image/overlay.ts';
import { builtInRules } from '../../src/lint/index.ts';
import { lintImage } from '../../src/lint/lint-image.ts';
import { verifyApplied } from '../../src/plan/verify.ts';
import { fatFaults } from '../fixtures/check-fat.ts';
import { rawDemo } from '../fixtures/demo.ts';
import { judge } from '../fixtures/judge.ts';
import { memoryDevice } from '../fixtures/memory-device.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { append, now, put, replace } from '../lint/context.ts';
import { seeds } from '../lint/corpus/index.ts';

const directory = temporaryDirectory();
const wifi = '/etc/wpa_supplicant/wpa_supplicant.conf';

describe('mendTree', () => {
  /** All faults of the corpus that can be mended and that do not rule each other out, on real file systems. */
  async function faulty() {
    const device = memoryDevice(Buffer.from(await rawDemo()));
    const image = await openImage(device, { now: () => now });
    const mendable = seeds.filter(
      ({ leaves, on = 'buster-lite', given }) => leaves?.length === 0 && on.startsWith('buster') && !given,
    );
    for (const { seed } of mendable) {
      try {
        seed(image.tree);
      } catch {
        // Some words of cmdline.txt were changed by an earlier fault already.
      }
    }
    image.tree.flush();
    return { device, image };
  }

  it('mends what it can at once, leaves nothing to mend, and says truly what it did', async () => {
    const { device, image } = await faulty();
    const before = lintImage(image, { now }).findings;
    const edits = mendTree(image, builtInRules, now);
    expect(edits.length).toBeGreaterThan(15);

    const again = await openImage(device, { now: () => now });
    verifyApplied(edits, again.tree);
    expect(mendTree(again, builtInRules, now)).toEqual([]);
    const after = new Set(lintImage(again, { now }).findings.map(({ rule }) => rule));
    expect(after.size).toBeLessThan(new Set(before.map(({ rule }) => rule)).size / 2);
  });

  it('leaves sound file systems behind', async () => {
    const { device, image } = await faulty();
    mendTree(image, builtInRules, now);
    const [boot, root] = image.table.partitions.map(({ offset, size }) =>
      Buffer.from(device.bytes.subarray(offset, offset + size)),
    );
    expect(fatFaults(memoryDevice(boot!), directory)).toEqual([]);
    const file = path.join(directory, 'root.ext4');
    fs.writeFileSync(file, root!);
    const verdict = judge('e2fsck', ['-fn', file]);
    if (verdict) expect(verdict).toMatchObject({ status: 0 });
  });

  it('gives a file its name before it mends its text', async () => {
    const { image } = await faulty();
    put(image.tree, '/boot/config.txt.txt', '');
    image.tree.remove('/boot/config.txt');
    put(image.tree, '/boot/config.txt.txt', 'gpu_mem=16\r\n');
    mendTree(image, builtInRules, now);
    expect(image.tree.readText('/boot/config.txt')).toBe('gpu_mem=16\n');
  });
});

describe('mend', () => {
  const image = path.join(directory, 'image.img');
  const digest = (file: string) => createHash('sha256').update(fs.readFileSync(file)).digest('hex');

  beforeAll(async () => {
    fs.writeFileSync(image, await rawDemo());
    const device = openFileDevice(image, { writable: true });
    const { tree } = await openImage(device, { now: () => now });
    append(tree, wifi, 'country=uk\nnetwork={\n\tssid="Home"\n\tpsk="correct horse"\n}\n');
    replace(tree, '/boot/cmdline.txt', /^/, '\n');
    tree.flush();
    device.close();
  });

  it.each(['mended.img', 'mended.img.gz'])('writes %s and leaves the image alone', async (name) => {
    const before = digest(image);
    const result = await mend('image.img', { directory, output: path.join(directory, name), now });
    expect(digest(image)).toBe(before);
    expect(result.before.findings.map(({ rule }) => rule)).toContain('wifi-country');
    expect(result.after.findings.map(({ rule }) => rule)).toEqual(['wifi-secrets']);
    expect(result.edits.flatMap(({ from }) => from)).toEqual(
      expect.arrayContaining(['wifi-country', 'cmdline-lines', 'rfkill-blocked', 'apt-sources']),
    );
    // It holds the password of a network still.
    if (process.platform !== 'win32') expect(fs.statSync(result.path).mode & 0o777).toBe(0o600);
  });

  it('gives the image that its report is about', async () => {
    const output = path.join(directory, 'report.img');
    const { after } = await mend('image.img', { directory, output, now, public: true });
    const device = openFileDevice(output, { writable: false });
    const opened = await openImage(createOverlay(device), { now: () => now });
    expect(lintImage(opened, { now, public: true })).toEqual(after);
    expect(after.counts).toEqual({ error: 1, warning: 0, note: 0 });
    expect(opened.tree.readText(wifi)).toContain('country=GB');
    device.close();
  });

  it('does not write over the image itself, nor over anything else unasked', async () => {
    await expect(mend('image.img', { directory, output: image, overwrite: true })).rejects.toMatchObject({
      code: 'output.exists',
    });
    fs.writeFileSync(path.join(directory, 'there.img'), 'something');
    await expect(
      mend('image.img', { directory, output: path.join(directory, 'there.img') }),
    ).rejects.toMatchObject({ code: 'output.exists' });
  });
});
