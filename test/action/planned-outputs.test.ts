import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ActionInputs } from '../../src/action/action-input.ts';
import { plannedOutputs } from '../../src/action/planned-outputs.ts';

const workspace = path.resolve('/workspace');
const outputs = (inputs: ActionInputs, spec: { output?: string; hostname?: string; image?: string } = {}) =>
  plannedOutputs(inputs, {
    workspace,
    directory: path.join(workspace, 'pi'),
    spec: {
      image: spec.image ?? 'demo',
      ...(spec.output !== undefined && { output: spec.output }),
      settings: spec.hostname === undefined ? {} : { hostname: spec.hostname },
    },
  }).map((file) => path.relative(workspace, file).split(path.sep).join('/'));

describe('plannedOutputs', () => {
  it.each<readonly [ActionInputs, Parameters<typeof outputs>[1], readonly string[]]>([
    [{}, {}, ['dist/demo.img.xz']],
    [{}, { hostname: 'kitchen' }, ['dist/kitchen.img.xz']],
    [{}, { image: 'https://example.org/a/base.zip?x' }, ['dist/base.img.xz']],
    [{ compression: ['zip', 'none'] }, {}, ['dist/demo.zip', 'dist/demo.img']],
    [{ output: 'out/pi.img' }, {}, ['out/pi.img']],
    [{ output: 'out/pi.img.gz' }, {}, ['out/pi.img.gz']],
    [{ output: 'out/pi.pipatch' }, {}, ['out/pi.pipatch']],
    [{ output: 'out/pi' }, {}, ['out/pi.img.xz']],
    [{ output: 'out/pi-1.2.3' }, {}, ['out/pi-1.2.3.img.xz']],
    [{ output: 'out/pi.img', compression: ['xz', 'gz'] }, {}, ['out/pi.img.xz', 'out/pi.img.gz']],
    [{ output: 'out/pi.zip', compression: ['zip', 'xz'] }, {}, ['out/pi.zip', 'out/pi.img.xz']],
    [{}, { output: 'kitchen.zip' }, ['pi/kitchen.zip']],
    [{ output: 'x.img.xz' }, { output: 'kitchen.zip' }, ['x.img.xz']],
  ])('%j and %j: %j', (inputs, spec, expected) => {
    expect(outputs(inputs, spec)).toEqual(expected);
  });

  it('refuses an ending that the formats contradict, and endings of formats that nobody writes', () => {
    expect(() => outputs({ output: 'pi.zip', compression: ['xz'] })).toThrow(
      'the output pi.zip is zip, and compression says xz',
    );
    expect(() => outputs({ output: 'pi.img.zst' })).toThrow('names no format that can be written');
  });
});
