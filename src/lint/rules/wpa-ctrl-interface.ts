import { change, type EditDraft } from '../../model/edit.ts';
import type { LintContext, Rule } from '../rule.ts';
import { settingOf, type WpaFile, wpaFiles } from '../wpa-conf.ts';

const line = 'ctrl_interface=DIR=/var/run/wpa_supplicant GROUP=netdev';

export const wpaCtrlInterface: Rule = {
  id: 'wpa-ctrl-interface',
  level: 'error',
  summary: 'a wpa_supplicant.conf without ctrl_interface',
  why: 'dhcpcd does not start wpa_supplicant on a file without it, so the Pi never looks for the network.',
  fix: `add the line "${line}"`,
  check: (context) =>
    lacking(context).map(({ path }) => ({ path, message: 'dhcpcd ignores a file without ctrl_interface' })),
  mend: (context) =>
    lacking(context).map(
      ({ path }): EditDraft => change(path, { op: 'ensure-lines', lines: [line] }, { sensitive: true }),
    ),
};

function lacking(context: LintContext): readonly WpaFile[] {
  if (context.os.network !== 'dhcpcd') return [];
  return wpaFiles(context).filter(
    ({ networks, globals }) => networks.length > 0 && settingOf(globals, 'ctrl_interface') === undefined,
  );
}
