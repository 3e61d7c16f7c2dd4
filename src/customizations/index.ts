import { aptSources } from './apt-sources.ts';
import { clock } from './clock.ts';
import { cmdline } from './cmdline.ts';
import { compose } from './compose.ts';
import { configTxt } from './config-txt.ts';
import { containers } from './containers.ts';
import type { Customization } from './customization.ts';
import { docker } from './docker.ts';
import { files } from './files.ts';
import { firstBoot } from './first-boot.ts';
import { hostname } from './hostname.ts';
import { keyboard } from './keyboard.ts';
import { locale } from './locale.ts';
import { network } from './network.ts';
import { packages } from './packages.ts';
import { ssh } from './ssh.ts';
import { timezone } from './timezone.ts';
import { user } from './user.ts';
import { vnc } from './vnc.ts';
import { wifi } from './wifi.ts';

/**
 * All that pi-image.yaml can ask for, in the order in which their edits are made. Three places in it matter: `vnc`
 * writes a file whose user name `user` would change; `user` moves the home that `ssh` and `files` put files into;
 * the user's own settings come after those that others derive.
 */
export const builtInCustomizations: readonly Customization[] = [
  vnc,
  user,
  hostname,
  ssh,
  wifi,
  network,
  docker,
  containers,
  compose,
  timezone,
  locale,
  keyboard,
  clock,
  aptSources,
  packages,
  firstBoot,
  configTxt,
  cmdline,
  files,
];
