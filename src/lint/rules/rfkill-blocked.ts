import { unblockEdits } from '../../customizations/wifi-rfkill.ts';
import { change, type EditDraft } from '../../model/edit.ts';
import { boundedText, findLine } from '../files.ts';
import { connections, isWifi } from '../keyfiles.ts';
import type { LintContext, Rule } from '../rule.ts';
import { wpaFiles } from '../wpa-conf.ts';

const managerState = '/var/lib/NetworkManager/NetworkManager.state';

export const rfkillBlocked: Rule = {
  id: 'rfkill-blocked',
  level: 'error',
  summary: 'Wi-Fi that is set up, but switched off',
  why: 'Images since 2020 start with the radio blocked until raspi-config is told a country, which nobody does on a headless Pi.',
  fix: 'write 0 into the files of /var/lib/systemd/rfkill that end in ":wlan", and WirelessEnabled=true for NetworkManager',
  check: (context) => {
    if (!hasNetwork(context)) return [];
    const state = managerOff(context);
    return [
      ...blocked(context).map((path) => ({ path, message: 'the radio stays off' })),
      ...(state === undefined
        ? []
        : [{ path: managerState, line: state, message: 'NetworkManager keeps the radio off' }]),
    ];
  },
  mend: (context): EditDraft[] => {
    if (!hasNetwork(context)) return [];
    return [
      ...(blocked(context).length > 0 ? unblockEdits(context.os) : []),
      ...(managerOff(context) === undefined
        ? []
        : [
            change(managerState, {
              op: 'set',
              style: 'ini',
              section: 'main',
              values: { WirelessEnabled: 'true' },
            }),
          ]),
    ];
  },
};

/** A file on the boot partition switches the radio on itself when it is taken over. */
function hasNetwork(context: LintContext): boolean {
  return (
    wpaFiles(context).some(({ path, networks }) => path.startsWith('/etc/') && networks.length > 0) ||
    connections(context).some(isWifi)
  );
}

function blocked({ tree, os }: LintContext): readonly string[] {
  return os.rfkillWlan.filter((path) => boundedText(tree, path, 16)?.trim() === '1');
}

function managerOff({ tree, os }: LintContext): number | undefined {
  if (os.network !== 'network-manager') return undefined;
  return findLine(tree, managerState, /^WirelessEnabled\s*=\s*false/)?.number;
}
