import { describe, expect, it } from 'vitest';
import { describeHosts, readyText } from '../../src/cli/commands/find-text.ts';
import type { Host } from '../../src/find/hosts.ts';

const kitchen: Host = {
  name: 'kitchen.local',
  addresses: ['192.168.1.20', 'fd00::20'],
  mac: 'b8:27:eb:01:02:03',
  isRaspberryPi: true,
  announced: ['ssh'],
  answers: ['ssh', 'vnc'],
};

describe('describeHosts', () => {
  it('is a table', () => {
    const other: Host = {
      addresses: ['192.168.1.7'],
      mac: 'dc:a6:32:00:00:01',
      isRaspberryPi: true,
      announced: [],
      answers: [],
    };
    expect(
      describeHosts([kitchen, other, { ...other, name: 'nas.local', isRaspberryPi: false }], false),
    ).toBe(
      `kitchen.local  192.168.1.20 fd00::20  b8:27:eb:01:02:03             ssh, VNC
(no name)      192.168.1.7            dc:a6:32:00:00:01             answers neither ssh nor VNC
nas.local      192.168.1.7            dc:a6:32:00:00:01 (not a Pi)  answers neither ssh nor VNC
`,
    );
  });

  it('says what else to try', () => {
    expect(describeHosts([], false)).toMatch(/--scan/);
    expect(describeHosts([], true)).toMatch(/--wait/);
  });

  it('lets no terminal obey a name', () => {
    expect(describeHosts([{ ...kitchen, name: '\u001b[2Jx.local' }], false)).not.toContain('\u001b');
  });
});

describe('readyText', () => {
  it('ends with what to type', () => {
    expect(readyText(kitchen, 'pi@kitchen.local')).toBe(
      'kitchen.local is up (192.168.1.20 fd00::20, VNC too)\nssh pi@kitchen.local\n',
    );
  });
});
