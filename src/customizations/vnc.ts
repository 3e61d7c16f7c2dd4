import { z } from 'zod';
import { vncPassword } from '../content/credentials.ts';
import { render } from '../content/templates.ts';
import { change, directory, type EditDraft, link, remove, root, write } from '../model/edit.ts';
import { PiImageError } from '../model/errors.ts';
import type { OsFacts } from '../model/os.ts';
import type { Advice, Login } from '../model/plan.ts';
import type { Secret } from '../model/secret.ts';
import { secret } from './atoms.ts';
import { type Context, defineCustomization } from './customization.ts';
import { asksForUser, givesAccess, keepsDefaultPassword } from './login-access.ts';
import { screenEdits } from './vnc-screen.ts';

const schema = z.strictObject({
  enabled: z.boolean().default(true).describe('Whether the desktop is shared over VNC'),
  password: secret
    .optional()
    .describe(
      'Password of its own for any VNC viewer, 6 characters or more; without it RealVNC Viewer asks for the login account and its password, and other viewers cannot connect',
    ),
  resolution: z
    .string()
    .regex(/^[1-9]\d{2,3}x[1-9]\d{2,3}$/, 'a resolution is WIDTHxHEIGHT, such as 1920x1080')
    .refine(isReasonable, { error: 'must lie between 320x240 and 3840x2160' })
    .default('1920x1080')
    .describe('Size of the screen when no monitor is connected'),
});

type Settings = z.output<typeof schema>;

const realVnc = 'vncserver-x11-serviced.service';
const waylandVnc = 'wayvnc.service';

/** Switches on the server that the image has: RealVNC's up to Bullseye, wayvnc on the Wayland desktops after it. */
export const vnc = defineCustomization({
  name: 'vnc',
  summary: 'Share the desktop over the network',
  schema,
  whenUnset: (os) => schema.parse({ enabled: serverOf(os) !== undefined }),
  contribute(settings, context) {
    const { os } = context;
    const asked = context.settings['vnc'] !== undefined;
    const server = serverOf(os);
    if (!settings.enabled) {
      return asked
        ? { edits: [realVnc, waylandVnc].map((unit) => remove(enablingLink(unit))) }
        : { advice: os.release && !os.desktop ? [noDesktop] : [] };
    }
    if (server === undefined) throw unsuitable(os);
    return {
      edits: [
        link(enablingLink(server), os.units[server] ?? ''),
        ...(settings.password ? passwordEdits(settings.password, server) : []),
        ...desktopEdits(context),
        ...screenEdits(settings.resolution, os),
      ],
      advice: adviceFor(settings, server, context),
    };
  },
});

function isReasonable(resolution: string): boolean {
  const [width = 0, height = 0] = resolution.split('x').map(Number);
  return width >= 320 && width <= 3840 && height >= 240 && height <= 2160;
}

function serverOf(os: OsFacts): string | undefined {
  const wanted = os.version >= 12 ? [waylandVnc, realVnc] : [realVnc];
  return os.desktop ? wanted.find((unit) => os.units[unit] !== undefined) : undefined;
}

const enablingLink = (unit: string): string => `/etc/systemd/system/multi-user.target.wants/${unit}`;

/** RealVNC reads this as root, and only its own format; `Encryption=PreferOn` lets other viewers in as well. */
function passwordEdits(password: Secret, server: string): EditDraft[] {
  if (server !== realVnc) {
    throw new PiImageError('plan.unsuitable', 'the VNC server of this image has no password of its own', {
      help: 'leave vnc.password out: viewers log in as the login account, with its password',
    });
  }
  const text = `Authentication=VncAuth\nEncryption=PreferOn\nPassword=${vncPassword(checked(password))}\n`;
  return [
    directory('/root/.vnc', { mode: 0o700, owner: root }),
    directory('/root/.vnc/config.d', { mode: 0o700, owner: root }),
    write('/root/.vnc/config.d/vncserver-x11', text, { mode: 0o600, owner: root, sensitive: true }),
  ];
}

function checked(password: Secret): string {
  const text = password.reveal();
  if (/^[\x20-\x7e]{6,255}$/.test(text)) return text;
  throw new PiImageError('spec.secret', 'a VNC password has 6 to 255 ASCII characters');
}

/** The desktop must run with nobody at the screen: raspi-config's "Desktop Autologin" (B4). */
function desktopEdits({ os, login, settings }: Context): EditDraft[] {
  const graphical = os.units['graphical.target'] ?? '/lib/systemd/system/graphical.target';
  if (!login)
    throw new PiImageError('plan.unsuitable', `${os.prettyName} has no account that a desktop could be for`);
  return [
    link('/etc/systemd/system/default.target', graphical),
    // An image that asks for its user logs in a helper that asks, and the user afterwards.
    ...(asksForUser(os) && !givesAccess({ settings }) ? [] : autologinEdits(login)),
  ];
}

function autologinEdits(login: Login): EditDraft[] {
  return [
    write(
      '/etc/systemd/system/getty@tty1.service.d/autologin.conf',
      render('rootfs/etc/systemd/system/getty@tty1.service.d/autologin.conf', { user: login.name }),
    ),
    change(
      '/etc/lightdm/lightdm.conf',
      { op: 'set', style: 'ini', section: 'Seat:*', values: { 'autologin-user': login.name } },
      { ifMissing: 'create' },
    ),
  ];
}

function adviceFor({ password }: Settings, server: string, context: Context): Advice[] {
  const advice: Advice[] = [];
  if (password) {
    advice.push({
      level: 'warning',
      id: 'vnc.password-obfuscated',
      message:
        'the VNC password stands in the image in a form that anyone who has the card can turn back into text',
      help: 'use a password that is used for nothing else',
    });
  } else if (keepsDefaultPassword(context)) {
    advice.push({
      level: 'warning',
      id: 'vnc.default-password',
      message:
        'VNC is on and the password is the one everybody knows ("raspberry"): anyone on the network can use the desktop',
      help: 'set user.password (--password-file or PI_IMAGE_PASSWORD) or vnc.password',
    });
  }
  if (!password && server === realVnc) {
    advice.push({
      level: 'note',
      id: 'vnc.real-vnc-only',
      message:
        'without vnc.password only RealVNC Viewer can connect, with the login account and its password',
    });
  }
  return advice;
}

const noDesktop: Advice = {
  level: 'note',
  id: 'vnc.no-desktop',
  message: 'VNC is left off: this image has no desktop to share',
};

function unsuitable(os: OsFacts): PiImageError {
  const lacks = os.desktop ? 'no VNC server' : 'no desktop';
  return new PiImageError(
    'plan.unsuitable',
    `${os.prettyName} has ${lacks}, so there is nothing to share over VNC`,
    {
      help: 'build from an image with the desktop, such as `--image raspbian-buster`, or leave vnc out (--no-vnc)',
    },
  );
}
