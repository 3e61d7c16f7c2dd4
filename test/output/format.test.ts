import { expect, test } from 'vitest';
import { rawNameOf } from '../../src/output/format.ts';

test.each([
  ['raspbian-buster', 'raspbian-buster.img'],
  ['./images/stock.img', 'stock.img'],
  ['/data/2021-05-07-raspios-buster-armhf.zip', '2021-05-07-raspios-buster-armhf.img'],
  ['C:\\images\\stock.img.xz', 'stock.img'],
  ['https://example.org/a/b/lite.img.zst?token=x/y.img#z', 'lite.img'],
  ['https://example.org/', 'pi-image.img'],
  ['what?#.zip', 'what?#.img'],
  ['kitchen.img.zip', 'kitchen.img'],
  ['v1.2.gz', 'v1.2.img'],
  ['.img', 'pi-image.img'],
])('the raw image of %s is %s', (image, name) => {
  expect(rawNameOf(image)).toBe(name);
});
