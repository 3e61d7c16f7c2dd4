import { describe, expect, it } from 'vitest';
import { wifi } from '../../src/customizations/wifi.ts';
import { bytesSource } from '../../src/model/content.ts';
import {
  bookwormLite,
  bullseyeLite,
  busterDesktop,
  busterLite,
  factsOf,
  trixieLite,
} from '../fixtures/os-trees.ts';
import { applied, contribution } from './harness.ts';

const conf = '/etc/wpa_supplicant/wpa_supplicant.conf';
const home = { ssid: 'IEEE', password: 'password' };
const psk = 'f42c6fc52df0ebef9ebb4b90b38a5f902e83fe1b135a70e23aed762e9710a12e';
const radios = {
  '/var/lib/systemd/rfkill/platform-3f300000.mmcnr:wlan': '~ 0644 0:0',
  '/var/lib/systemd/rfkill/platform-fe300000.mmcnr:wlan': '~ 0644 0:0',
};
const ids = (written: unknown, tree = busterLite()) =>
  contribution(wifi, written, factsOf(tree)).advice?.map(({ id }) => id);

describe('wifi with dhcpcd', () => {
  it('writes the whole configuration with the derived key, for root only', () => {
    const tree = busterLite();
    const { changed } = applied(wifi, { country: 'de', networks: [home] }, tree);
    expect(changed[conf]).toBe('~ 0600 0:0');
    expect(tree.readText(conf)).toBe(
      `ctrl_interface=DIR=/var/run/wpa_supplicant GROUP=netdev
update_config=1
country=DE

network={
    ssid="IEEE"
    psk=${psk}
    key_mgmt=WPA-PSK
}
`,
    );
  });

  it.each([
    ['Buster', busterLite],
    ['Buster with desktop', busterDesktop],
    ['Bullseye', bullseyeLite],
  ])('writes the configuration of %s, unblocks its radios, and changes nothing else', (_, makeTree) => {
    const tree = makeTree();
    const { changed } = applied(wifi, { country: 'GB', networks: [home] }, tree);
    expect(changed).toEqual({ [conf]: '~ 0600 0:0', ...radios });
    for (const path of Object.keys(radios)) expect(tree.readText(path)).toBe('0\n');
  });

  it('unblocks radios under old names too, and under the new ones where they are missing', () => {
    const tree = busterLite();
    const old = '/var/lib/systemd/rfkill/platform-3f300000.mmc:wlan';
    for (const path of Object.keys(radios)) tree.remove(path);
    tree.write(old, bytesSource(Buffer.from('1\n')));
    tree.write('/var/lib/systemd/rfkill/platform-3f201000.serial:bluetooth', bytesSource(Buffer.from('1\n')));
    const { changed } = applied(wifi, { networks: [home] }, tree);
    expect(Object.keys(changed).sort()).toEqual([conf, ...Object.keys(radios), old].sort());
    expect(tree.readText(old)).toBe('0\n');
  });

  it('takes away the drop-in that the first boot would put in its place', () => {
    const tree = busterLite();
    tree.write('/boot/wpa_supplicant.conf', bytesSource(Buffer.from('country=US\n')));
    expect(applied(wifi, { networks: [home] }, tree).changed['/boot/wpa_supplicant.conf']).toBe('-');
  });

  it('without networks sets the country and keeps the networks that are there', () => {
    const tree = busterLite();
    const before = 'ctrl_interface=/run/x\nupdate_config=0\ncountry=GB\n\nnetwork={\n    ssid="old"\n}\n';
    tree.write(conf, bytesSource(Buffer.from(before)), { mode: 0o644 });
    expect(applied(wifi, { country: 'de' }, tree).changed[conf]).toBe('~ 0600 0:0');
    expect(tree.readText(conf)).toBe(
      'ctrl_interface=DIR=/var/run/wpa_supplicant GROUP=netdev\nupdate_config=1\ncountry=DE\n\nnetwork={\n    ssid="old"\n}\n',
    );
  });

  it('writes hidden, open and preferred networks, and names of any bytes', () => {
    const tree = busterLite();
    const networks = [
      { ssid: 'Büro "7"', password: 'a b"c$d\\e', psk: 'passphrase', hidden: true, priority: 5 },
      { ssid: { hex: '00FF' }, open: true },
      { ssid: 'x', password: 'AB'.repeat(32) },
    ];
    applied(wifi, { networks }, tree);
    expect(tree.readText(conf)).toBe(
      `ctrl_interface=DIR=/var/run/wpa_supplicant GROUP=netdev
update_config=1

network={
    ssid=42c3bc726f20223722
    scan_ssid=1
    psk="a b"c$d\\e"
    key_mgmt=WPA-PSK
    priority=5
}

network={
    ssid=00ff
    key_mgmt=NONE
}

network={
    ssid="x"
    psk=${'ab'.repeat(32)}
    key_mgmt=WPA-PSK
}
`,
    );
  });
});

describe('wifi with NetworkManager', () => {
  const first = '/etc/NetworkManager/system-connections/wifi-1.nmconnection';

  it('writes one connection a network, for root only, and tells the kernel the country', () => {
    const tree = bookwormLite();
    const { changed } = applied(
      wifi,
      { country: 'DE', networks: [home, { ssid: 'a;b', open: true, hidden: true }] },
      tree,
    );
    expect(changed).toEqual({
      [first]: '+ 0600 0:0',
      [first.replace('1', '2')]: '+ 0600 0:0',
      '/boot/firmware/cmdline.txt': '~ 0644 0:0',
      '/var/lib/NetworkManager/NetworkManager.state': '~ 0600 0:0',
      ...radios,
    });
    expect(tree.readText('/boot/firmware/cmdline.txt')?.trimEnd()).toMatch(/ cfg80211\.ieee80211_regdom=DE$/);
    expect(tree.readText('/var/lib/NetworkManager/NetworkManager.state')).toContain('WirelessEnabled=true');
    const text = tree.readText(first);
    expect(text).toMatch(/^uuid=[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/m);
    expect(text?.replace(/uuid=.*/, 'uuid=…')).toBe(
      '[connection]\nid=wifi-1\nuuid=…\ntype=wifi\n\n[wifi]\nmode=infrastructure\nssid=IEEE\n\n[wifi-security]\n' +
        'key-mgmt=wpa-psk\npsk=password\n\n[ipv4]\nmethod=auto\n\n[ipv6]\naddr-gen-mode=default\nmethod=auto\n\n[proxy]\n',
    );
    const open = tree.readText(first.replace('1', '2'));
    expect(open).toContain('ssid=97;59;98;\nhidden=true\n');
    expect(open).not.toContain('wifi-security');
  });

  it('holds the derived key when asked to, and keeps NetworkManager from ignoring the file on Trixie as well', () => {
    const tree = trixieLite();
    const { changed } = applied(wifi, { networks: [{ ...home, psk: 'derived' }] }, tree);
    expect(changed).toEqual({
      [first]: '+ 0600 0:0',
      '/var/lib/NetworkManager/NetworkManager.state': '~ 0600 0:0',
      '/var/lib/systemd/rfkill': '+ 0755 0:0 directory',
      '/var/lib/systemd/rfkill/platform-3f300000.mmcnr:wlan': '+ 0644 0:0',
      '/var/lib/systemd/rfkill/platform-fe300000.mmcnr:wlan': '+ 0644 0:0',
    });
    expect(tree.readText(first)).toContain(`psk=${psk}\n`);
    expect(tree.stat(first)).toMatchObject({ mode: 0o600, uid: 0, gid: 0 });
  });
});

describe('wifi settings', () => {
  it('marks what holds a password, and only that, as sensitive', () => {
    for (const tree of [busterLite(), bookwormLite()]) {
      const { edits = [] } = contribution(wifi, { country: 'DE', networks: [home] }, factsOf(tree));
      expect(edits.filter(({ sensitive }) => sensitive)).toHaveLength(1);
      const { edits: open = [] } = contribution(
        wifi,
        { networks: [{ ssid: 'x', open: true }] },
        factsOf(tree),
      );
      expect(open.some(({ sensitive }) => sensitive)).toBe(false);
    }
  });

  it('without a country goes on with a warning', () => {
    expect(ids({ networks: [home] })).toEqual(['wifi.no-country', 'wifi.wpa3']);
    expect(ids({ country: 'DE', networks: [home] })).toEqual(['wifi.wpa3']);
    expect(ids({ country: 'DE', networks: [home] }, bookwormLite())).toEqual([]);
  });

  it.each(['“MyNet”', '"MyNet"', '\ufeffMyNet', 'My\u00a0Net', 'My\u200bNet'])(
    'asks whether a network is really called %j',
    (ssid) => {
      expect(ids({ country: 'DE', networks: [{ ssid, open: true }] })).toEqual(['wifi.strange-name']);
    },
  );

  it.each(['Anna’s iPhone', '5" Büro', "it's", '東京', { hex: 'ff00' }])('takes %j as it is', (ssid) => {
    expect(ids({ country: 'DE', networks: [{ ssid, open: true }] })).toEqual([]);
  });

  it.each([
    [{ country: 'uk', networks: [] }, /did you mean GB/],
    [{ country: 'XX', networks: [] }, /not an ISO 3166/],
    [{ networks: [{ ssid: 'x' }] }, /password is missing/],
    [{ networks: [{ ...home, open: true }] }, /has no password/],
    [{ networks: [{ ssid: '', open: true }] }, /not empty/],
    [{ networks: [{ ssid: 'ä'.repeat(17), open: true }] }, /32 bytes/],
    [{ networks: [{ ssid: { hex: '0' }, open: true }] }, /hexadecimal/],
    [{ networks: [{ ssid: 'a\nb', open: true }] }, /one line/],
  ])('refuses %j', (settings, message) => {
    expect(JSON.stringify(wifi.schema.safeParse(settings).error?.issues)).toMatch(message);
  });

  it('refuses a password no access point takes, without showing it', () => {
    const attempt = () =>
      contribution(wifi, { networks: [{ ssid: 'x', password: 'short77' }] }, factsOf(busterLite()));
    expect(attempt).toThrow(/8 to 63 characters, this one has 7/);
    expect(attempt).not.toThrow(/short77/);
  });

  it('refuses a system whose network it does not know', () => {
    const os = { ...factsOf(busterLite()), network: 'networkd' as const };
    expect(() => contribution(wifi, { networks: [home] }, os)).toThrow(/neither dhcpcd nor NetworkManager/);
  });
});
