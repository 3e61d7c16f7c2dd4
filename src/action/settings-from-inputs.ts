import path from 'node:path';
import { type BuildFlags, fileFrom, keyAndValue, settingsFromFlags } from '../cli/settings-from-flags.ts';
import { PiImageError } from '../model/errors.ts';
import type { ActionInputs } from './action-input.ts';
import { passwordVariable } from './secret-variables.ts';

export interface InputSources {
  readonly env: NodeJS.ProcessEnv;
  /** Folder that relative paths in inputs start at: the workspace. */
  readonly directory: string;
}

type Settings = Readonly<Record<string, unknown>>;

/** Says in the words of pi-image.yaml what the inputs ask for; what inputs and options share goes the same way. Pure. */
export function settingsFromInputs(inputs: ActionInputs, { env, directory }: InputSources): Settings {
  // The locale of a runner says nothing about where the Pi will be.
  const settings = settingsFromFlags(flagsFrom(inputs), { env, directory, hostCountry: undefined });
  const absolute = (file: string) => path.resolve(directory, file);
  const { files, 'config-txt': configTxt } = inputs;
  const wifi = wifiFrom(inputs, env);
  return {
    ...settings,
    ...(wifi && { wifi }),
    ...(files && { files: files.map((text) => fileFrom(text, absolute, 'files:')) }),
    ...(configTxt && {
      'config-txt': Object.fromEntries(configTxt.map((text) => keyAndValue(text, 'config-txt:'))),
    }),
  };
}

function flagsFrom(inputs: ActionInputs): BuildFlags {
  const given: { readonly [Name in keyof BuildFlags]: BuildFlags[Name] | undefined } = {
    image: inputs.image,
    sha256: inputs.sha256,
    size: inputs.size,
    grow: inputs.grow,
    hostname: inputs.hostname,
    ssh: inputs.ssh,
    sshKey: inputs['ssh-keys'],
    vnc: inputs.vnc,
    vncResolution: inputs['vnc-resolution'],
    docker: inputs.docker === undefined ? undefined : inputs.docker !== 'none',
    dockerMethod: inputs.docker === 'preload' ? 'offline' : undefined,
    container: inputs.containers,
    compose: inputs.compose,
    user: inputs.username,
    timezone: inputs.timezone,
    locale: inputs.locale,
    keyboard: inputs.keyboard,
    firstBoot: inputs['first-boot'],
    package: inputs.packages,
    cmdline: inputs.cmdline,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function wifiFrom(inputs: ActionInputs, env: NodeJS.ProcessEnv): Settings | undefined {
  const { wifi: names, 'wifi-country': country, 'wifi-open': open, 'wifi-hidden': hidden } = inputs;
  if (!names) return country === undefined ? undefined : { country };
  const networks = names.map((ssid, index) => {
    const rest = hidden ? { hidden } : {};
    if (open) return { ssid, open, ...rest };
    const variable = passwordVariable(index);
    if (env[variable]) return { ssid, password: { env: variable }, ...rest };
    throw new PiImageError('spec.secret', `the Wi-Fi network ${ssid} has no password`, {
      help: `give the step \`env: { ${variable}: … }\`, or say \`wifi-open: true\``,
    });
  });
  return { ...(country !== undefined && { country }), networks };
}
