import { describe, expect, it } from 'vitest';
import {
  type BootFacts,
  devicesTagged,
  imagerTags,
  startingDevices,
} from '../../src/release/imager-devices.ts';

const kernels32 = ['kernel.img', 'kernel7.img', 'kernel7l.img'];
const [two, zero2, three] = ['bcm2709-rpi-2-b.dtb', 'bcm2710-rpi-zero-2-w.dtb', 'bcm2710-rpi-3-b-plus.dtb'];
const [zero, one, four] = ['bcm2708-rpi-zero-w.dtb', 'bcm2708-rpi-b-plus.dtb', 'bcm2711-rpi-4-b.dtb'];
const five = 'bcm2712-rpi-5-b.dtb';
const all = [one, zero, two, three, zero2, four];
const facts = (
  arch: BootFacts['arch'],
  bootFiles: readonly (string | undefined)[],
  namesKernel = false,
): BootFacts => ({
  ...{ arch, namesKernel },
  bootFiles: bootFiles.flatMap((name) => name ?? []),
});

describe('startingDevices', () => {
  it.each<readonly [string, BootFacts, readonly string[]]>([
    [
      'Raspbian Buster',
      facts('armhf', [...kernels32, 'kernel8.img', ...all]),
      ['pi4-32bit', 'pi3-32bit', 'pi2-32bit', 'pi1-32bit'],
    ],
    [
      'Raspberry Pi OS of 32 bits since Bookworm',
      facts('armhf', [...kernels32, 'kernel8.img', 'kernel_2712.img', ...all, five]),
      ['pi5-32bit', 'pi4-32bit', 'pi3-32bit', 'pi2-32bit', 'pi1-32bit'],
    ],
    [
      'Raspberry Pi OS of 64 bits',
      facts('arm64', ['kernel8.img', 'kernel_2712.img', ...all, five]),
      ['pi5-64bit', 'pi4-64bit', 'pi3-64bit'],
    ],
    ['one with the kernel of the Pi 4 alone', facts('armhf', ['kernel7l.img', ...all]), ['pi4-32bit']],
    ['64 bits without a kernel for it', facts('arm64', [...kernels32, ...all]), []],
    [
      'one that names its kernel',
      facts('arm64', ['vmlinuz', three, four, one], true),
      ['pi4-64bit', 'pi3-64bit'],
    ],
    ['one without device trees', facts('armhf', kernels32), []],
    ['another architecture', facts('other', [...kernels32, ...all]), []],
    ['the device tree of a module alone', facts('arm64', ['kernel8.img', 'bcm2711-rpi-cm4.dtb']), []],
  ])('%s', (_what, given, expected) => {
    expect(startingDevices(given)?.tags ?? []).toEqual(expected);
  });

  it('has a choice for no board that shares a tag and does not start', () => {
    const given = facts('arm64', ['kernel8.img', three, four]);
    expect(startingDevices(given)?.choices.map(({ name }) => name)).toEqual([
      ...['Raspberry Pi 4', 'Raspberry Pi 3', 'No filtering'],
    ]);
  });
});

describe('devicesTagged', () => {
  it('has a board for every tag, and a way to see everything', () => {
    for (const tag of imagerTags) {
      const devices = devicesTagged([tag]).choices;
      expect(devices.at(-1)).toMatchObject({ name: 'No filtering', tags: [] });
      expect(devices.length).toBeGreaterThan(1);
      for (const device of devices.slice(0, -1)) expect(device.tags).toContain(tag);
    }
  });
});
