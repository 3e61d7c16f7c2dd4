import { activeLines } from '../files.ts';
import type { Rule } from '../rule.ts';
import { vncServer } from '../services.ts';

/** Since Bullseye the kernel makes the screen, by words of cmdline.txt that depend on the driver. */
const lastByFirmware = 10;

export const vncNoScreen: Rule = {
  id: 'vnc-no-screen',
  level: 'note',
  summary: 'VNC without a screen to show when no monitor is plugged in',
  why: 'Without a monitor the firmware sets up no screen, and viewers are told "Cannot currently show the desktop".',
  fix: 'set hdmi_force_hotplug=1, hdmi_group=2 and hdmi_mode in config.txt (vnc.resolution)',
  check: (context) => {
    const { os, tree } = context;
    const path = `${os.bootDir}/config.txt`;
    const matters = os.desktop && os.version > 0 && os.version <= lastByFirmware;
    if (!matters || vncServer(context) === undefined) return [];
    return activeLines(tree, path).some(({ text }) => /^\s*hdmi_force_hotplug(?::\d)?\s*=\s*1/.test(text))
      ? []
      : [{ path, message: 'no hdmi_force_hotplug=1: without a monitor there is no desktop' }];
  },
};
