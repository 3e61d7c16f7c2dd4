import { describe, expect, it } from 'vitest';
import { readFacts } from '../../src/image/facts/read-facts.ts';
import { type OpenImage, openImage } from '../../src/image/open-image.ts';
import { createOverlay } from '../../src/image/overlay.ts';
import { lintImage } from '../../src/lint/lint-image.ts';
import { rawDemo } from '../fixtures/demo.ts';
import { memoryDevice } from '../fixtures/memory-device.ts';
import { bringUpToDate, now, places } from './context.ts';
import { seeds } from './corpus/index.ts';

async function openDemo(): Promise<OpenImage> {
  return openImage(createOverlay(memoryDevice(await rawDemo())), { now: () => now });
}

/** What the corpus says about trees in memory must hold for FAT and ext4, with their modes, names and links. */
describe('the demonstration image', () => {
  it('has only what time has done to it', async () => {
    const { findings } = lintImage(await openDemo(), { now });
    expect(findings.map(({ rule }) => rule)).toEqual(['apt-sources', 'fake-hwclock']);
  });

  it('has nothing once it is brought up to date', async () => {
    const image = await openDemo();
    bringUpToDate(image.tree);
    expect(lintImage(image, { now, public: true }).findings).toEqual([]);
  });

  const suitable = seeds.filter(({ on = 'buster-lite', given, rule }) => {
    return on.startsWith('buster') && given === undefined && rule !== 'vnc-without-desktop';
  });
  it.each(suitable.map((one) => [one.rule, one.what, one] as const))('%s: %s', async (rule, _what, one) => {
    const image = await openDemo();
    bringUpToDate(image.tree);
    one.seed(image.tree);
    image.tree.flush();
    const { findings } = lintImage(factsAgain(image), { now });
    expect(places(findings.filter((found) => found.rule === rule))).toEqual(one.finds);
  });
});

/** The facts are those of the image as it now is. */
function factsAgain(image: OpenImage): OpenImage {
  return { ...image, os: readFacts(image.tree, { bootDir: '/boot' }) };
}
