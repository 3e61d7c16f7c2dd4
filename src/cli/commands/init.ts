import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PiImageError } from '../../model/errors.ts';
import { writeOut } from '../ui/standard-output.ts';

interface InitFlags {
  readonly image: string;
  readonly overwrite?: boolean;
}

export async function runInit(file: string, { image, overwrite }: InitFlags): Promise<void> {
  try {
    await writeFile(file, starter(image), { flag: overwrite ? 'w' : 'wx' });
  } catch (cause) {
    throw cannotWrite(file, cause as NodeJS.ErrnoException);
  }
  await writeOut(`${file}\n`);
  process.stderr.write(
    `Edit it, then: pi-image plan ${path.basename(file)} && pi-image build ${path.basename(file)}\n`,
  );
}

function cannotWrite(file: string, cause: NodeJS.ErrnoException): PiImageError {
  if (cause.code === 'EEXIST') {
    return new PiImageError('output.exists', `${file} exists`, {
      help: 'name another file, or use --overwrite',
      cause,
    });
  }
  const code = cause.code === 'ENOSPC' ? 'output.no-space' : 'output.permission';
  return new PiImageError(code, `${file} cannot be written: ${cause.message}`, { cause });
}

/** A configuration to start from: what most people want is set, what many want is there to be uncommented. */
function starter(image: string): string {
  return `# yaml-language-server: $schema=https://unpkg.com/pi-image/schema.json
# What to build. \`pi-image plan\` shows what it comes to, \`pi-image build\` does it.
# Every setting: https://www.npmjs.com/package/pi-image

image: ${JSON.stringify(image)}        # see \`pi-image images\`; or an https URL with sha256, or a file
# output: kitchen.img.xz               # .img .img.xz .img.gz .img.zst .zip

# hostname: kitchen

wifi:
  country: GB                          # whose radio rules apply, two letters
  networks:
    - ssid: MyNet
      password: { env: PI_IMAGE_WIFI_PASSWORD }   # or { file: wifi.secret }
#     hidden: true

ssh:
  enabled: true
# keys:                                # with a key, password login over ssh is off
#   - { file: ~/.ssh/id_ed25519.pub }

# user:
#   name: cook                         # renames pi
#   password: { env: PI_IMAGE_PASSWORD }

# vnc:
#   resolution: 1920x1080

docker:
  method: auto                         # auto, apt, static or distro

# timezone: Europe/London
# locale: en_GB.UTF-8
# keyboard: { layout: gb }

# packages: [htop]                     # installed at the first boot
# first-boot:
#   script: { file: setup.sh }         # run once, at the first boot
#   notify: { env: PI_IMAGE_NOTIFY_URL }   # gets the status by POST at the end, or when steps fail
# files:
#   - { source: motd, target: /etc/motd, mode: "0644", owner: "root:root" }
# config-txt:
#   gpu_mem: "16"
# cmdline:
#   add: [quiet]
`;
}
