import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyChange } from '../../src/content/change.ts';

describe('config.txt', () => {
  const shipped =
    '# uncomment\n#hdmi_force_hotplug=1\ndtparam=audio=on\n\n[pi4]\ndtoverlay=vc4-fkms-v3d\nmax_framebuffers=2\n\n[all]\n#dtoverlay=vc4-fkms-v3d\n';
  const set = (text: string, values: Record<string, string>) =>
    applyChange(text, { op: 'set', style: 'config.txt', values });

  it('writes under the last [all] and leaves comments', () => {
    expect(set(shipped, { hdmi_group: '2', hdmi_mode: '82' })).toBe(`${shipped}hdmi_group=2\nhdmi_mode=82\n`);
  });

  it('replaces a setting that is in force', () => {
    expect(set('hdmi_group=1\n[pi4]\nx=1\n', { hdmi_group: '2' })).toBe('hdmi_group=2\n[pi4]\nx=1\n');
  });

  it('opens [all] where the file ends inside a filter, and never writes into one', () => {
    expect(set('[pi4]\nx=1\n', { x: '2' })).toBe('[pi4]\nx=1\n[all]\nx=2\n');
    expect(set('[pi4]\n[EDID=VSC-TD2220]\n', { x: '2' })).toBe('[pi4]\n[EDID=VSC-TD2220]\n[all]\nx=2\n');
    expect(set('x=1\n[pi4]\nx=3\n', { x: '2' })).toBe('x=1\n[pi4]\nx=3\n[all]\nx=2\n');
  });

  it('drops a byte order mark and carriage returns', () => {
    expect(set('\ufeffa=1\r\nb=2\r\n', { b: '3' })).toBe('a=1\nb=3\n');
  });

  it('ensures lines of which there may be several', () => {
    const ensure = (text: string) =>
      applyChange(text, {
        op: 'ensure-lines',
        style: 'config.txt',
        lines: ['dtoverlay=vc4-fkms-v3d', 'dtparam=spi=on'],
      });
    expect(ensure(shipped)).toBe(`${shipped}dtoverlay=vc4-fkms-v3d\ndtparam=spi=on\n`);
    expect(ensure('dtparam=spi=on\n')).toBe('dtparam=spi=on\ndtoverlay=vc4-fkms-v3d\n');
  });

  it('is in force for every board whatever stood there before', () => {
    const line = fc.constantFrom(
      '[all]',
      '[pi4]',
      '[pi3]',
      '[none]',
      'x=1',
      'x=2',
      'x = 3',
      '#x=5',
      '',
      'y=1',
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const after = set(lines.join('\n'), { x: '9' }).split('\n');
        for (const board of ['pi4', 'pi3', 'zero']) expect(readAs(board, after)['x']).toBe('9');
      }),
    );
  });

  /** What the firmware of one board makes of the lines: filters, then the last setting wins. */
  function readAs(board: string, lines: readonly string[]): Record<string, string> {
    const values: Record<string, string> = {};
    let filters: string[] = [];
    for (const line of lines.map((one) => one.trim())) {
      if (line.startsWith('[')) filters = line === '[all]' ? [] : [...filters, line.slice(1, -1)];
      else if (line !== '' && !line.startsWith('#') && filters.every((filter) => filter === board)) {
        const [key = '', ...rest] = line.split('=');
        values[key.trim()] = rest.join('=').trim();
      }
    }
    return values;
  }
});

describe('sshd', () => {
  const set = (text: string, values: Record<string, string>) =>
    applyChange(text, { op: 'set', style: 'sshd', values });

  it('puts a keyword below its commented default', () => {
    expect(set('#PasswordAuthentication yes\n#X no\n', { PasswordAuthentication: 'no' })).toBe(
      '#PasswordAuthentication yes\nPasswordAuthentication no\n#X no\n',
    );
  });

  it('replaces the first active line, the one that sshd takes', () => {
    expect(
      set('passwordauthentication yes\nPasswordAuthentication yes\n', { PasswordAuthentication: 'no' }),
    ).toBe('PasswordAuthentication no\nPasswordAuthentication yes\n');
  });

  it('stays before the first Match', () => {
    expect(
      set('UsePAM yes\nMatch User x\n  PasswordAuthentication yes\n', { PasswordAuthentication: 'no' }),
    ).toBe('UsePAM yes\nPasswordAuthentication no\nMatch User x\n  PasswordAuthentication yes\n');
  });
});

describe('ini', () => {
  const set = (text: string, section: string | undefined, values: Record<string, string>) =>
    applyChange(text, { op: 'set', style: 'ini', ...(section !== undefined && { section }), values });
  const lightdm =
    '[LightDM]\n#start-default-seat=true\n\n[Seat:*]\n#autologin-user=\nautologin-user=pi\n\n[XDMCPServer]\n#port=177\n';

  it('replaces inside the section only', () => {
    expect(set(lightdm, 'Seat:*', { 'autologin-user': 'anna' })).toBe(
      lightdm.replace('user=pi', 'user=anna'),
    );
    expect(set(lightdm, 'XDMCPServer', { 'autologin-user': 'x' })).toBe(`${lightdm}autologin-user=x\n`);
  });

  it('adds at the end of the section, before the blank line, or makes the section', () => {
    expect(set(lightdm, 'LightDM', { a: '1' })).toContain('seat=true\na=1\n\n[Seat:*]');
    expect(set('a=1\n', 'new', { b: '2' })).toBe('a=1\n\n[new]\nb=2\n');
    expect(set('', 'new', { b: '2' })).toBe('[new]\nb=2\n');
  });

  it('without a section writes above the first one', () => {
    expect(set('a=1\n[s]\na=2\n', undefined, { a: '3', b: '4' })).toBe('a=3\nb=4\n[s]\na=2\n');
    expect(set('[s]\na=2\n', undefined, { a: '3' })).toBe('a=3\n[s]\na=2\n');
  });
});

describe('shell', () => {
  const set = (text: string, values: Record<string, string>) =>
    applyChange(text, { op: 'set', style: 'shell', values });

  it('replaces the assignment that counts', () => {
    expect(set('# c\nXKBLAYOUT="gb"\nXKBMODEL="pc105"\n', { XKBLAYOUT: 'de', LANG: 'x' })).toBe(
      '# c\nXKBLAYOUT="de"\nXKBMODEL="pc105"\nLANG="x"\n',
    );
  });

  it('means the same to a shell', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[ -~äß]{0,12}$/), { minLength: 1, maxLength: 6 }),
        (values) => {
          const named = Object.fromEntries(values.map((value, index) => [`V${index}`, value]));
          const script = `${set('', named)}printf '%s\\n' ${Object.keys(named)
            .map((name) => `"$${name}"`)
            .join(' ')}`;
          expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(`${values.join('\n')}\n`);
        },
      ),
      { numRuns: 40 },
    );
  });
});
