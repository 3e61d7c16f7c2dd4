import type { Rule } from './rule.ts';
import { aptCredentials } from './rules/apt-credentials.ts';
import { aptSources } from './rules/apt-sources.ts';
import { authorizedKeys } from './rules/authorized-keys.ts';
import { authorizedKeysMode } from './rules/authorized-keys-mode.ts';
import { buildLeftovers } from './rules/build-leftovers.ts';
import { cloudInitSeed } from './rules/cloud-init-seed.ts';
import { cmdlineLines } from './rules/cmdline-lines.ts';
import { cmdlineRoot } from './rules/cmdline-root.ts';
import { configFilter } from './rules/config-filter.ts';
import { configLineLength } from './rules/config-line-length.ts';
import { defaultPassword } from './rules/default-password.ts';
import { deviceIdentity } from './rules/device-identity.ts';
import { dockerCgroups } from './rules/docker-cgroups.ts';
import { dockerLibseccomp } from './rules/docker-libseccomp.ts';
import { emptyPassword } from './rules/empty-password.ts';
import { fakeHwclock } from './rules/fake-hwclock.ts';
import { freeSpace } from './rules/free-space.ts';
import { hostname } from './rules/hostname.ts';
import { hostsHostname } from './rules/hosts-hostname.ts';
import { ignoredDropIn } from './rules/ignored-drop-in.ts';
import { initFirst } from './rules/init-first.ts';
import { keyboardCache } from './rules/keyboard-cache.ts';
import { locale } from './rules/locale.ts';
import { logs } from './rules/logs.ts';
import { lookAlike } from './rules/look-alike.ts';
import { machineId } from './rules/machine-id.ts';
import { networkManagerKeyfile } from './rules/network-manager-keyfile.ts';
import { noLogin } from './rules/no-login.ts';
import { partitionAfterRoot } from './rules/partition-after-root.ts';
import { partitionReference } from './rules/partition-reference.ts';
import { partuuidElsewhere } from './rules/partuuid-elsewhere.ts';
import { passwordHash } from './rules/password-hash.ts';
import { privateKeys } from './rules/private-keys.ts';
import { randomSeed } from './rules/random-seed.ts';
import { rfkillBlocked } from './rules/rfkill-blocked.ts';
import { saeHashedKey } from './rules/sae-hashed-key.ts';
import { secretPermissions } from './rules/secret-permissions.ts';
import { setUpPasswords } from './rules/set-up-passwords.ts';
import { shellHistory } from './rules/shell-history.ts';
import { sshHostKeys } from './rules/ssh-host-keys.ts';
import { storedCredentials } from './rules/stored-credentials.ts';
import { sudoers } from './rules/sudoers.ts';
import { systemdRunOrder } from './rules/systemd-run-order.ts';
import { textFormat } from './rules/text-format.ts';
import { vncNoScreen } from './rules/vnc-no-screen.ts';
import { vncPassword } from './rules/vnc-password.ts';
import { vncWithoutDesktop } from './rules/vnc-without-desktop.ts';
import { wifiCountry } from './rules/wifi-country.ts';
import { wifiCountryMissing } from './rules/wifi-country-missing.ts';
import { wifiSecrets } from './rules/wifi-secrets.ts';
import { worldWritable } from './rules/world-writable.ts';
import { wpaCtrlInterface } from './rules/wpa-ctrl-interface.ts';
import { wpaSyntax } from './rules/wpa-syntax.ts';
import { wrongBootFolder } from './rules/wrong-boot-folder.ts';

/**
 * All rules, in the order of reports and documentation: whether it boots, whether it gets onto the network, who gets
 * in, what it gives away. Mends are made in this order too: a file gets its name before its text is made
 * readable, and that before words are moved in it.
 */
export const builtInRules: readonly Rule[] = [
  lookAlike,
  textFormat,
  cmdlineLines,
  cmdlineRoot,
  initFirst,
  systemdRunOrder,
  partitionReference,
  partuuidElsewhere,
  partitionAfterRoot,
  configFilter,
  configLineLength,
  ignoredDropIn,
  wrongBootFolder,
  cloudInitSeed,
  freeSpace,

  wpaSyntax,
  wpaCtrlInterface,
  networkManagerKeyfile,
  rfkillBlocked,
  wifiCountryMissing,
  wifiCountry,
  saeHashedKey,
  hostname,
  hostsHostname,

  noLogin,
  authorizedKeysMode,
  passwordHash,
  sudoers,
  emptyPassword,
  defaultPassword,
  secretPermissions,
  worldWritable,

  aptSources,
  fakeHwclock,
  locale,
  keyboardCache,
  vncWithoutDesktop,
  vncNoScreen,
  dockerCgroups,
  dockerLibseccomp,

  sshHostKeys,
  machineId,
  randomSeed,
  deviceIdentity,
  privateKeys,
  storedCredentials,
  aptCredentials,
  wifiSecrets,
  setUpPasswords,
  vncPassword,
  authorizedKeys,
  shellHistory,
  logs,
  buildLeftovers,
];
