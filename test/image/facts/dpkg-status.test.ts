import { describe, expect, it } from 'vitest';
import { readDpkgStatus } from '../../../src/image/facts/dpkg-status.ts';
import { type ByteSource, bytesSource } from '../../../src/model/content.ts';

const wanted = new Set(['systemd', 'apt', 'dhcpcd5']);
const read = (text: string) => readDpkgStatus(bytesSource(Buffer.from(text)), wanted);
const record = (name: string, version: string, status = 'install ok installed') =>
  `Package: ${name}\nStatus: ${status}\nArchitecture: armhf\nVersion: ${version}\nDescription: x\n Version: 9\n\n`;

describe('readDpkgStatus', () => {
  it('reads the packages asked for that are installed', () => {
    const text = record('systemd', '241-7') + record('bash', '5') + record('apt', '1.8');
    expect(read(text)).toEqual({
      versions: { systemd: '241-7', apt: '1.8' },
      architectures: { systemd: 'armhf', apt: 'armhf' },
    });
  });

  it.each(['deinstall ok config-files', 'install ok half-configured', 'install ok unpacked', ''])(
    'leaves out a package that is %j',
    (status) => expect(read(record('apt', '1', status)).versions).toEqual({}),
  );

  it('takes an end without a blank line, Windows line ends and fields in any order', () => {
    expect(read('Version: 1\r\nStatus: hold ok installed\r\nPackage: apt').versions).toEqual({ apt: '1' });
    expect(read('\n\n\n').versions).toEqual({});
    expect(read('').versions).toEqual({});
  });

  it('finds records wherever the pieces that it reads end', () => {
    for (const filler of [262_144 - 30, 262_144 - 5, 262_144, 600_000]) {
      const text = `${record('bash', 'x'.repeat(filler))}${record('apt', '1.8.2.3')}`;
      expect(read(text).versions, String(filler)).toEqual({ apt: '1.8.2.3' });
    }
  });

  it('reads a bounded part of a file that claims to be endless', () => {
    let bytes = 0;
    const endless: ByteSource = {
      size: 2 ** 45,
      readInto(target) {
        bytes += target.length;
        target.fill(0x61);
      },
    };
    expect(readDpkgStatus(endless, wanted).versions).toEqual({});
    expect(bytes).toBeLessThanOrEqual(256 * 1024 * 1024);
  });
});
