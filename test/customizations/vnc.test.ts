import { describe, expect, it } from 'vitest';
import { vnc } from '../../src/customizations/vnc.ts';
import { bytesSource } from '../../src/model/content.ts';
import { bookwormDesktop, busterDesktop, busterLite, factsOf } from '../fixtures/os-trees.ts';
import { applied, contribution } from './harness.ts';

const unit = '/etc/systemd/system/multi-user.target.wants/vncserver-x11-serviced.service';
const ids = (written: unknown, tree = busterDesktop(), settings = {}) =>
  contribution(vnc, written, factsOf(tree), { settings }).advice?.map(({ id }) => id);

describe('vnc on Buster', () => {
  it('is on where there is a desktop, with a screen and a session of its own', () => {
    const tree = busterDesktop();
    const before = tree.readText('/boot/config.txt') ?? '';
    const { changed } = applied(vnc, undefined, tree);
    expect(changed).toEqual({
      [unit]: '+ -> /usr/lib/systemd/system/vncserver-x11-serviced.service',
      '/boot/config.txt': '~ 0644 0:0',
      '/etc/systemd/system/getty@tty1.service.d': '+ 0755 0:0 directory',
      '/etc/systemd/system/getty@tty1.service.d/autologin.conf': '+ 0644 0:0',
    });
    expect(tree.readText('/boot/config.txt')).toBe(
      `${before}hdmi_force_hotplug=1\nhdmi_group=2\nhdmi_mode=82\n`,
    );
    expect(tree.readText('/etc/lightdm/lightdm.conf')).toMatch(/^autologin-user=pi$/m);
    expect(tree.readLink('/etc/systemd/system/default.target')).toBe('/lib/systemd/system/graphical.target');
    expect(tree.readText('/etc/systemd/system/getty@tty1.service.d/autologin.conf')).toBe(
      '[Service]\nExecStart=\nExecStart=-/sbin/agetty --autologin pi --noclear %I $TERM\n',
    );
  });

  it('starts the desktop that was switched off, for nobody who has to log in', () => {
    const tree = busterDesktop();
    tree.remove('/etc/systemd/system/default.target');
    tree.makeLink('/etc/systemd/system/default.target', '/lib/systemd/system/multi-user.target');
    tree.write('/etc/lightdm/lightdm.conf', bytesSource(Buffer.from('[Seat:*]\n#autologin-user=\n')));
    const { changed } = applied(vnc, {}, tree);
    expect(changed['/etc/systemd/system/default.target']).toBe('~ -> /lib/systemd/system/graphical.target');
    expect(tree.readText('/etc/lightdm/lightdm.conf')).toBe(
      '[Seat:*]\n#autologin-user=\nautologin-user=pi\n',
    );
  });

  it('keeps the settings of the screen out of sections for some boards', () => {
    const tree = busterDesktop();
    tree.write('/boot/config.txt', bytesSource(Buffer.from('hdmi_mode=4\n[pi4]\nmax_framebuffers=2\n')));
    applied(vnc, {}, tree);
    expect(tree.readText('/boot/config.txt')).toBe(
      'hdmi_mode=82\n[pi4]\nmax_framebuffers=2\n[all]\nhdmi_force_hotplug=1\nhdmi_group=2\n',
    );
  });

  it('keeps a password where only root looks', () => {
    const tree = busterDesktop();
    const { changed, edits } = applied(vnc, { password: 'password' }, tree);
    expect(changed).toMatchObject({
      '/root/.vnc': '+ 0700 0:0 directory',
      '/root/.vnc/config.d': '+ 0700 0:0 directory',
      '/root/.vnc/config.d/vncserver-x11': '+ 0600 0:0',
    });
    expect(tree.readText('/root/.vnc/config.d/vncserver-x11')).toBe(
      'Authentication=VncAuth\nEncryption=PreferOn\nPassword=dbd83cfd727a1458\n',
    );
    expect(edits?.filter(({ sensitive }) => sensitive).map(({ path }) => path)).toEqual([
      '/root/.vnc/config.d/vncserver-x11',
    ]);
  });

  it.each([
    ['1024x768', 'hdmi_force_hotplug=1\nhdmi_group=2\nhdmi_mode=16\n'],
    ['1280x720', 'hdmi_force_hotplug=1\nhdmi_group=2\nhdmi_mode=85\n'],
    ['1234x700', 'hdmi_force_hotplug=1\nhdmi_cvt=1234 700 60\nhdmi_group=2\nhdmi_mode=87\n'],
  ])('makes a screen of %s', (resolution, lines) => {
    const tree = busterDesktop();
    applied(vnc, { resolution }, tree);
    expect(tree.readText('/boot/config.txt')).toContain(lines);
  });

  it('logs in whoever the account becomes', () => {
    const { edits } = contribution(vnc, {}, factsOf(busterDesktop()), {
      settings: { user: { name: 'anna' } },
    });
    expect(JSON.stringify(edits)).toContain('--autologin anna ');
  });

  it('says what one has to know', () => {
    expect(ids(undefined)).toEqual(['vnc.default-password', 'vnc.real-vnc-only']);
    expect(ids({ password: 'password' })).toEqual(['vnc.password-obfuscated']);
    expect(ids({}, busterDesktop(), { user: { password: 'x' } })).toEqual(['vnc.real-vnc-only']);
  });

  it('is left off with a note where there is no desktop, and refused when asked for', () => {
    expect(contribution(vnc, undefined, factsOf(busterLite())).edits).toBeUndefined();
    expect(ids(undefined, busterLite())).toEqual(['vnc.no-desktop']);
    expect(() => contribution(vnc, {}, factsOf(busterLite()))).toThrow(/has no desktop/);
  });

  it('off takes the server away', () => {
    const tree = busterDesktop();
    tree.makeLink(unit, '/usr/lib/systemd/system/vncserver-x11-serviced.service');
    expect(applied(vnc, { enabled: false }, tree).changed).toEqual({ [unit]: '-' });
  });

  it('refuses sizes and passwords that do not work', () => {
    for (const resolution of ['big', '100x100', '9999x100', '1920X1080', '1920x1080\n']) {
      expect(vnc.schema.safeParse({ resolution }).success, resolution).toBe(false);
    }
    const attempt = () => contribution(vnc, { password: 'abc12' }, factsOf(busterDesktop()));
    expect(attempt).toThrow(/6 to 255/);
    expect(attempt).not.toThrow(/abc12/);
  });
});

describe('vnc on later releases', () => {
  it('switches on wayvnc and lets the kernel make the screen', () => {
    const tree = bookwormDesktop();
    const { changed } = applied(vnc, {}, tree, { settings: { user: { password: 'set' } } });
    expect(changed).toEqual({
      '/boot/firmware/cmdline.txt': '~ 0644 0:0',
      '/etc/lightdm/lightdm.conf': '~ 0644 0:0',
      '/etc/systemd/system/getty@tty1.service.d/autologin.conf': '~ 0644 0:0',
      '/etc/systemd/system/multi-user.target.wants/wayvnc.service': '+ -> /lib/systemd/system/wayvnc.service',
    });
    expect(tree.readText('/etc/lightdm/lightdm.conf')).toBe('[Seat:*]\nautologin-user=pi\n');
    expect(tree.readText('/boot/firmware/cmdline.txt')?.trimEnd()).toMatch(/ video=HDMI-A-1:1920x1080@60D$/);
  });

  it('leaves an image that asks for its user to its questions', () => {
    const tree = bookwormDesktop();
    const { changed } = applied(vnc, undefined, tree);
    expect(Object.keys(changed)).toEqual([
      '/boot/firmware/cmdline.txt',
      '/etc/systemd/system/multi-user.target.wants/wayvnc.service',
    ]);
    expect(tree.readText('/etc/lightdm/lightdm.conf')).toContain('rpi-first-boot-wizard');
  });

  it('takes RealVNC where that is the one there is', () => {
    const os = factsOf(bookwormDesktop());
    const units = {
      'vncserver-x11-serviced.service': '/usr/lib/systemd/system/vncserver-x11-serviced.service',
    };
    expect(contribution(vnc, {}, { ...os, units }).edits?.[0]).toMatchObject({ path: unit });
    expect(() => contribution(vnc, {}, { ...os, units: {} })).toThrow(/no VNC server/);
    expect(contribution(vnc, undefined, { ...os, units: {} })).toEqual({ advice: [] });
  });

  it('has no password of its own there', () => {
    const attempt = () => contribution(vnc, { password: 'password' }, factsOf(bookwormDesktop()));
    expect(attempt).toThrow(/no password of its own/);
  });
});
