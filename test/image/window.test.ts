import { expect, test } from 'vitest';
import { windowOf } from '../../src/image/window.ts';
import { memoryDevice } from '../fixtures/memory-device.ts';

test('moves positions and reaches nothing outside', () => {
  const device = memoryDevice(Uint8Array.from({ length: 100 }, (_, i) => i));
  const window = windowOf(device, 10, 20);
  const read = new Uint8Array(3);
  window.readInto(read, 17);
  expect([...read]).toEqual([27, 28, 29]);
  window.writeFrom(Uint8Array.of(200), 0);
  expect(device.bytes[10]).toBe(200);
  for (const position of [-1, 18, 20, 1e20]) {
    expect(() => window.readInto(read, position)).toThrow(expect.objectContaining({ code: 'image.damaged' }));
    expect(() => window.writeFrom(read, position)).toThrow(
      expect.objectContaining({ code: 'image.damaged' }),
    );
  }
});

test('does not open outside of its device', () => {
  const device = memoryDevice(100);
  expect(windowOf(device, 100, 0).size).toBe(0);
  expect(() => windowOf(device, 90, 11)).toThrow(expect.objectContaining({ code: 'image.damaged' }));
  expect(() => windowOf(device, -1, 10)).toThrow(expect.objectContaining({ code: 'image.damaged' }));
});
