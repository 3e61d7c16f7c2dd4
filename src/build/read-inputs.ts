import type { Customization } from '../customizations/customization.ts';
import { builtInCustomizations } from '../customizations/index.ts';
import { PiImageError } from '../model/errors.ts';
import type { HostFile, HostInput } from '../model/host-input.ts';
import { readHostInputs } from '../spec/host-inputs.ts';
import type { Spec } from '../spec/spec.ts';
import { checkedAddress, shown } from '../transfer/address.ts';
import { getBytes } from '../transfer/get.ts';
import { createFetch } from '../transfer/http.ts';
import { proxyDispatcher } from '../transfer/proxies.ts';
import type { PlanOptions } from './options.ts';

/** Gets a small file that settings name by its address. */
export type Download = (address: string) => Promise<HostFile>;

/** Milliseconds in which a connection comes about, and without a byte after which it counts as dead. */
const patience = 30_000;
const largest = 64 * 1024;

/** Paths of the build machine that the settings name. */
export function inputsOf(spec: Spec, customizations: readonly Customization[]): string[] {
  return customizations.flatMap((one) => {
    const settings = spec.settings[one.name];
    return settings === undefined ? [] : [...(one.inputs?.(settings) ?? [])];
  });
}

/** Addresses that the settings have fetched before there is a plan. */
export function downloadsOf(spec: Spec, customizations: readonly Customization[]): readonly string[] {
  const all = customizations.flatMap((one) => {
    const settings = spec.settings[one.name];
    return settings === undefined ? [] : [...(one.downloads?.(settings) ?? [])];
  });
  return [...new Set(all)];
}

/** Files of this computer and of the network that customizations ask for, by their paths and addresses. */
export async function readInputs(
  spec: Spec,
  options: PlanOptions,
  download: Download = downloader(options),
): Promise<(asked: string) => HostInput> {
  const { customizations = builtInCustomizations, directory = '.' } = options;
  const local = await readHostInputs(inputsOf(spec, customizations), directory);
  const fetched = new Map<string, HostFile>();
  for (const address of downloadsOf(spec, customizations)) fetched.set(address, await download(address));
  return (asked) => fetched.get(asked) ?? local(asked);
}

/** Fetches each address once, however often it is asked for. */
export function downloader(options: PlanOptions): Download {
  const known = new Map<string, Promise<HostFile>>();
  return (address) => {
    const file = known.get(address) ?? fetchFile(address, options);
    known.set(address, file);
    return file;
  };
}

async function fetchFile(address: string, options: PlanOptions): Promise<HostFile> {
  const { environment = {}, offline = false, signal, onEvent, gitHub = gitHubItself } = options;
  if (offline) {
    throw new PiImageError('source.offline', `${shown(address)} is not asked for without a network`, {
      help: 'leave --offline out, or give the keys themselves',
    });
  }
  const url = checkedAddress(address.replace(gitHubItself, gitHub)).href;
  const dispatcher = await proxyDispatcher(environment, patience);
  try {
    const events = { ...(signal && { signal }), ...(onEvent && { onEvent }) };
    const fetch = createFetch({ dispatcher, idleTimeout: patience, ...(signal && { signal }) });
    const bytes = await getBytes(fetch, url, { limit: largest, retries: events });
    return { kind: 'file', path: address, size: bytes.length, mode: 0o644, bytes };
  } finally {
    await dispatcher.destroy();
  }
}

const gitHubItself = 'https://github.com';
