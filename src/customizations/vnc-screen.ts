import { change, type EditDraft } from '../model/edit.ts';
import type { OsFacts } from '../model/os.ts';

/** Modes of monitors (DMT, hdmi_group=2) at 60 Hz, by number (raspberrypi.com, config.txt, hdmi_mode). */
const monitorModes: Readonly<Record<string, number>> = {
  '640x480': 4,
  '800x600': 9,
  '1024x768': 16,
  '1280x720': 85,
  '1280x768': 23,
  '1280x800': 28,
  '1280x960': 32,
  '1280x1024': 35,
  '1360x768': 39,
  '1366x768': 81,
  '1400x1050': 42,
  '1440x900': 47,
  '1600x900': 83,
  '1600x1200': 51,
  '1680x1050': 58,
  '1920x1080': 82,
  '1920x1200': 69,
};

/** A mode that the firmware makes up from `hdmi_cvt`. */
const customMode = 87;

/**
 * Gives the desktop a screen where no monitor is: without one there is "Cannot currently show the desktop".
 * Up to Buster the firmware makes it (config.txt), later the kernel does (cmdline.txt) and ignores the firmware's.
 */
export function screenEdits(resolution: string, { version, bootDir }: OsFacts): EditDraft[] {
  if (version >= 11) {
    return [change(`${bootDir}/cmdline.txt`, { op: 'words', add: [`video=HDMI-A-1:${resolution}@60D`] })];
  }
  return [
    change(
      `${bootDir}/config.txt`,
      { op: 'set', style: 'config.txt', values: firmwareSettings(resolution) },
      { ifMissing: 'create' },
    ),
  ];
}

function firmwareSettings(resolution: string): Record<string, string> {
  const known = monitorModes[resolution];
  return {
    hdmi_force_hotplug: '1',
    ...(known === undefined && { hdmi_cvt: `${resolution.replace('x', ' ')} 60` }),
    hdmi_group: '2',
    hdmi_mode: String(known ?? customMode),
  };
}
