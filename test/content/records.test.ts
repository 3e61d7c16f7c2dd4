import { describe, expect, it } from 'vitest';
import { applyChange } from '../../src/content/change.ts';

const shadow = 'root:*:18753:0:99999:7:::\npi:$6$old$hash:18753:0:99999:7:::\n';
const group = 'adm:x:4:pi,anna\npi:x:1000:\nspi:x:999:pi\nsudo:x:27:anna,pi\n';

describe('set-record', () => {
  it('sets fields and leaves the others', () => {
    expect(applyChange(shadow, { op: 'set-record', key: 'pi', fields: { 1: '$6$new$h', 2: '20000' } })).toBe(
      'root:*:18753:0:99999:7:::\npi:$6$new$h:20000:0:99999:7:::\n',
    );
  });

  it('refuses a record that is not there, and a colon', () => {
    expect(() => applyChange(shadow, { op: 'set-record', key: 'p', fields: { 1: 'x' } })).toThrow(
      /no record "p"/,
    );
    expect(() => applyChange(shadow, { op: 'set-record', key: 'pi', fields: { 1: 'x:y' } })).toThrow(/colon/);
  });
});

describe('rename-record', () => {
  it('renames the record and every membership, and nothing that only looks alike', () => {
    expect(applyChange(group, { op: 'rename-record', from: 'pi', to: 'kim', members: true })).toBe(
      'adm:x:4:kim,anna\nkim:x:1000:\nspi:x:999:kim\nsudo:x:27:anna,kim\n',
    );
  });

  it('without members leaves them', () => {
    expect(applyChange('pi:100000:65536\n', { op: 'rename-record', from: 'pi', to: 'kim' })).toBe(
      'kim:100000:65536\n',
    );
    expect(applyChange('a:x:1:pi\n', { op: 'rename-record', from: 'pi', to: 'kim' })).toBe('a:x:1:pi\n');
  });

  it('takes a line without fields for no record', () => {
    const change = { op: 'rename-record', from: 'p', to: 'pi' } as const;
    const once = applyChange('p\np:x:7:\n', change);
    expect(once).toBe('p\npi:x:7:\n');
    expect(applyChange(once, change)).toBe(once);
  });

  it('renames administrators and members of gshadow', () => {
    expect(
      applyChange('docker:!:pi:pi,anna\n', { op: 'rename-record', from: 'pi', to: 'kim', members: true }),
    ).toBe('docker:!:kim:kim,anna\n');
  });

  it('refuses a name that is taken', () => {
    expect(() => applyChange(group, { op: 'rename-record', from: 'pi', to: 'adm' })).toThrow(/already/);
  });
});

describe('set-members', () => {
  it('adds who is not listed', () => {
    expect(applyChange('docker:x:998:\n', { op: 'set-members', key: 'docker', add: ['pi', 'pi'] })).toBe(
      'docker:x:998:pi\n',
    );
    expect(applyChange(group, { op: 'set-members', key: 'adm', add: ['pi', 'kim'] })).toContain(
      'adm:x:4:pi,anna,kim\n',
    );
  });
});

describe('replace-line and replace-text', () => {
  it('replace the line of /etc/hosts and leave the others', () => {
    const hosts = '127.0.0.1\tlocalhost\n::1\t\tlocalhost\n\n127.0.1.1\t\traspberrypi\n';
    expect(applyChange(hosts, { op: 'replace-line', where: '127.0.1.1', line: '127.0.1.1\tkitchen' })).toBe(
      '127.0.0.1\tlocalhost\n::1\t\tlocalhost\n\n127.0.1.1\tkitchen\n',
    );
    expect(applyChange('', { op: 'replace-line', where: '127.0.1.1', line: '127.0.1.1\tk' })).toBe(
      '127.0.1.1\tk\n',
    );
  });

  it('replace whole words only, and not twice', () => {
    const change = { op: 'replace-text', from: 'pi', to: 'pi-lot', word: true } as const;
    expect(applyChange('pi ALL=(ALL) pi-gen spi /home/pi/x pi\n', change)).toBe(
      'pi-lot ALL=(ALL) pi-gen spi /home/pi-lot/x pi-lot\n',
    );
    expect(() => applyChange('aab', { op: 'replace-text', from: 'ab', to: 'b' })).toThrow(/new places/);
  });
});
