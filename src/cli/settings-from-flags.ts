import path from 'node:path';
import { PiImageError } from '../model/errors.ts';

/** What commander made of the options of `build`; undefined where the user said nothing. */
export interface BuildFlags {
  readonly image?: string;
  readonly sha256?: string;
  readonly output?: string;
  readonly size?: string;
  readonly grow?: string;
  readonly wifi?: readonly string[];
  readonly wifiPasswordFile?: readonly string[];
  readonly wifiCountry?: string;
  readonly wifiHidden?: true;
  readonly wifiOpen?: true;
  readonly hostname?: string;
  readonly address?: string;
  readonly gateway?: string;
  readonly dns?: readonly string[];
  readonly interface?: 'eth0' | 'wlan0';
  readonly ssh?: boolean;
  readonly sshKey?: readonly string[];
  readonly vnc?: boolean;
  readonly vncResolution?: string;
  readonly vncPasswordFile?: string;
  readonly docker?: boolean;
  readonly dockerMethod?: string;
  readonly container?: readonly string[];
  readonly compose?: readonly string[];
  readonly user?: string;
  readonly passwordFile?: string;
  readonly timezone?: string;
  readonly locale?: string;
  readonly keyboard?: string;
  readonly file?: readonly string[];
  readonly firstBoot?: string;
  readonly notify?: string;
  readonly package?: readonly string[];
  readonly configTxt?: readonly string[];
  readonly cmdline?: readonly string[];
}

export interface FlagSources {
  readonly env: NodeJS.ProcessEnv;
  /** Folder that relative paths in options start at. */
  readonly directory: string;
  /** Two-letter country of this computer, when it is known. */
  readonly hostCountry: string | undefined;
}

type Settings = Record<string, unknown>;

/** Says in the words of pi-image.yaml what the options ask for, so that both go through one schema. Pure. */
export function settingsFromFlags(flags: BuildFlags, sources: FlagSources): Settings {
  refuseContradictions(flags);
  const absolute = (file: string) => (file === '-' ? file : path.resolve(sources.directory, file));
  return withoutUndefined({
    image: flags.image === undefined ? undefined : imageFrom(flags.image, absolute),
    sha256: flags.sha256,
    output: flags.output === undefined ? undefined : absolute(flags.output),
    size: flags.size,
    grow: flags.grow,
    wifi: wifiFrom(flags, sources, absolute),
    hostname: flags.hostname,
    network: networkFrom(flags),
    ssh: sshFrom(flags, absolute),
    vnc: vncFrom(flags, sources, absolute),
    docker: dockerFrom(flags),
    compose: flags.compose?.map((file) => ({ file: absolute(file) })),
    containers: flags.container?.map((image) => ({ image })),
    user: userFrom(flags, sources, absolute),
    timezone: flags.timezone,
    locale: flags.locale,
    keyboard: flags.keyboard === undefined ? undefined : { layout: flags.keyboard },
    files: flags.file?.map((text) => fileFrom(text, absolute)),
    'first-boot': firstBootFrom(flags, sources, absolute),
    packages: flags.package,
    'config-txt': flags.configTxt && Object.fromEntries(flags.configTxt.map(keyAndValue)),
    cmdline: flags.cmdline && { add: flags.cmdline },
  });
}

/** The variable with the password of the Wi-Fi network at this place of the list: the second is `…_2`. */
export function passwordVariable(index: number): string {
  return index === 0 ? 'PI_IMAGE_WIFI_PASSWORD' : `PI_IMAGE_WIFI_PASSWORD_${index + 1}`;
}

/** What says nothing beside the other options would be ignored, and its user believe that it was not. */
function refuseContradictions(flags: BuildFlags): void {
  const wifiOptions = ['wifiOpen', 'wifiHidden', 'wifiPasswordFile'] as const;
  const alone = flags.wifi ? undefined : wifiOptions.find((name) => flags[name]);
  if (alone) throw usage(`${optionOf(alone)} is about the networks of --wifi, and there is none`);
  const without = {
    ssh: ['sshKey'],
    vnc: ['vncResolution', 'vncPasswordFile'],
    docker: ['dockerMethod'],
  } as const;
  for (const feature of ['ssh', 'vnc', 'docker'] as const) {
    const useless = without[feature].find((name) => flags[feature] === false && flags[name] !== undefined);
    if (useless) throw usage(`--no-${feature} and ${optionOf(useless)} contradict each other`);
  }
}

const optionOf = (flag: keyof BuildFlags): string =>
  `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** A path given as an option is relative to the current folder, one in a file to that file; names and URLs are neither. */
function imageFrom(text: string, absolute: (file: string) => string): string {
  const isPath = /[\\/]|\.(img|zip|xz|gz|zst|raw)$/i.test(text) && !/^[a-z]+:\/\//i.test(text);
  return isPath ? absolute(text) : text;
}

function wifiFrom(
  flags: BuildFlags,
  { env, hostCountry }: FlagSources,
  absolute: (file: string) => string,
): unknown {
  const country = flags.wifiCountry ?? hostCountry;
  if (!flags.wifi) return flags.wifiCountry === undefined ? undefined : { country };
  const files = flags.wifiPasswordFile ?? [];
  if (files.length > flags.wifi.length) throw usage('there are more --wifi-password-file than --wifi');
  if (flags.wifiOpen && files.length > 0)
    throw usage('--wifi-open networks have no password, so no --wifi-password-file either');
  const networks = flags.wifi.map((ssid, index) => {
    const hidden = flags.wifiHidden && { hidden: true };
    if (flags.wifiOpen) return { ssid, open: true, ...hidden };
    const file = files[index];
    const password =
      file !== undefined
        ? { file: absolute(file) }
        : secretFromEnv(passwordVariable(index), env, `Password of the Wi-Fi network ${ssid}`);
    return { ssid, password, ...hidden };
  });
  return withoutUndefined({ country, networks });
}

function secretFromEnv(name: string, env: NodeJS.ProcessEnv, question: string): Settings {
  return env[name] === undefined ? { prompt: question } : { env: name };
}

function networkFrom({ address, gateway, dns, ...flags }: BuildFlags): unknown {
  const settings = withoutUndefined({ address, gateway, dns });
  if (Object.keys(settings).length > 0)
    return { [flags.interface ?? (flags.wifi ? 'wlan0' : 'eth0')]: settings };
  if (flags.interface === undefined) return undefined;
  throw usage('--interface says what --address is for, and there is none', 'give an --address too');
}

function sshFrom(flags: BuildFlags, absolute: (file: string) => string): unknown {
  if (flags.ssh === undefined && !flags.sshKey) return undefined;
  const keys = flags.sshKey?.map((key) =>
    /^([a-z0-9@.-]+ +AAAA|gh:)/.test(key.trim()) ? key : { file: absolute(key) },
  );
  return withoutUndefined({ enabled: flags.ssh, keys });
}

function vncFrom(flags: BuildFlags, { env }: FlagSources, absolute: (file: string) => string): unknown {
  const file = flags.vncPasswordFile;
  const password =
    file !== undefined
      ? { file: absolute(file) }
      : env['PI_IMAGE_VNC_PASSWORD'] !== undefined
        ? { env: 'PI_IMAGE_VNC_PASSWORD' }
        : undefined;
  const settings = withoutUndefined({ enabled: flags.vnc, resolution: flags.vncResolution, password });
  return Object.keys(settings).length === 0 ? undefined : settings;
}

function dockerFrom(flags: BuildFlags): unknown {
  const settings = withoutUndefined({ enabled: flags.docker, method: flags.dockerMethod });
  return Object.keys(settings).length === 0 ? undefined : settings;
}

function userFrom(flags: BuildFlags, { env }: FlagSources, absolute: (file: string) => string): unknown {
  const file = flags.passwordFile;
  const password =
    file !== undefined
      ? { file: absolute(file) }
      : env['PI_IMAGE_PASSWORD'] !== undefined
        ? { env: 'PI_IMAGE_PASSWORD' }
        : undefined;
  const settings = withoutUndefined({ name: flags.user, password });
  return Object.keys(settings).length === 0 ? undefined : settings;
}

function firstBootFrom(flags: BuildFlags, { env }: FlagSources, absolute: (file: string) => string): unknown {
  const { firstBoot, notify } = flags;
  const { username, password } = (notify !== undefined && URL.parse(notify)) || {
    username: '',
    password: '',
  };
  if (username || password) {
    throw usage(
      'the address of --notify has a user name or password in it, and other programs see the options',
      'put the address into PI_IMAGE_NOTIFY_URL instead',
    );
  }
  const settings = withoutUndefined({
    script: firstBoot === undefined ? undefined : { file: absolute(firstBoot) },
    notify: notify ?? (env['PI_IMAGE_NOTIFY_URL'] === undefined ? undefined : { env: 'PI_IMAGE_NOTIFY_URL' }),
  });
  return Object.keys(settings).length === 0 ? undefined : settings;
}

/** `SRC:DST[:MODE[:OWNER]]`; a Windows drive letter is not a separator. */
function fileFrom(text: string, absolute: (file: string) => string): Settings {
  const match = /^((?:[A-Za-z]:[\\/])?[^:]+):(\/[^:]*)(?::([0-7]*))?(?::([^:]+(?::[^:]+)?))?$/.exec(text);
  if (!match)
    throw usage(`--file ${text} is not SRC:DST[:MODE[:OWNER]]`, 'for example motd:/etc/motd:644:root');
  const [, source = '', target, mode, owner] = match;
  return withoutUndefined({ source: absolute(source), target, mode: mode || undefined, owner });
}

function keyAndValue(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at <= 0) throw usage(`--config-txt ${text} is not KEY=VALUE`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function usage(message: string, help?: string): PiImageError {
  return new PiImageError('usage.invalid', message, help === undefined ? {} : { help });
}

function withoutUndefined(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
