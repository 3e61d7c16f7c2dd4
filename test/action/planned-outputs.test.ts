import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ActionInputs } from '../../src/action/action-input.ts';
import { plannedOutputs } from '../../src/action/planned-outputs.ts';

const workspace = path.resolve('/workspace');
type Compression = ActionInputs['compression'];
interface Settings {
  readonly output?: string;
  readonly hostname?: string;
  readonly image?: string;
}
const outputs = (compression: Compression | undefined, settings: Settings = {}) =>
  plannedOutputs(compression ? { compression } : {}, {
    workspace,
    directory: path.join(workspace, 'pi'),
    spec: {
      image: settings.image ?? 'demo',
      ...(settings.output !== undefined && { output: settings.output }),
      settings: settings.hostname === undefined ? {} : { hostname: settings.hostname },
    },
  }).map((file) => path.relative(workspace, file).split(path.sep).join('/'));
const out = (name: string) => ({ output: path.join(workspace, 'out', name) });

describe('plannedOutputs', () => {
  it.each<readonly [Compression | undefined, Settings, readonly string[]]>([
    [undefined, {}, ['dist/demo.img.xz']],
    [undefined, { hostname: 'kitchen' }, ['dist/kitchen.img.xz']],
    [undefined, { image: 'https://example.org/a/base.zip?x' }, ['dist/base.img.xz']],
    [['zip', 'none'], {}, ['dist/demo.zip', 'dist/demo.img']],
    [undefined, out('pi.img'), ['out/pi.img']],
    [undefined, out('pi.img.gz'), ['out/pi.img.gz']],
    [undefined, out('pi.pipatch'), ['out/pi.pipatch']],
    [undefined, out('pi'), ['out/pi.img.xz']],
    [undefined, out('pi-1.2.3'), ['out/pi-1.2.3.img.xz']],
    [['xz', 'gz'], out('pi.img'), ['out/pi.img.xz', 'out/pi.img.gz']],
    [['zip', 'xz'], out('pi.zip'), ['out/pi.zip', 'out/pi.img.xz']],
    [undefined, { output: 'kitchen.zip' }, ['pi/kitchen.zip']],
  ])('%j and %j: %j', (compression, settings, expected) => {
    expect(outputs(compression, settings)).toEqual(expected);
  });

  it('refuses an ending that the formats contradict, and endings of formats that nobody writes', () => {
    expect(() => outputs(['xz'], { output: 'pi.zip' })).toThrow(
      'the output pi.zip is zip, and compression says xz',
    );
    expect(() => outputs(undefined, { output: 'pi.img.bz2' })).toThrow('names no format that can be written');
  });
});
