/** An input of the action, as data: action.yml, the table in docs/github-action.md and the reader are made of it. */
export interface ActionInput {
  /** As in `with:`. */
  readonly name: string;
  readonly kind: 'text' | 'flag' | 'lines' | 'words' | 'bytes';
  readonly description: string;
  /** What the runner passes when the workflow says nothing. */
  readonly default?: string;
  readonly choices?: readonly string[];
}

/** What a workflow can say by `with:`. Secrets are not among them: they come from the environment of the step. */
export const actionInputs = [
  {
    name: 'config',
    kind: 'text',
    description: 'pi-image.yaml to build from; default: pi-image.yaml or pi-image.yml if there is one',
  },
  {
    name: 'image',
    kind: 'text',
    description:
      'base image: a name from `pi-image images`, an https URL with `sha256`, or a file; needed where no config names one',
  },
  {
    name: 'sha256',
    kind: 'text',
    description: 'SHA-256 of the base image as downloaded; required for a URL',
  },
  {
    name: 'output',
    kind: 'text',
    description:
      'file to write; default: `dist/<hostname or base image>`. An ending (.img .img.xz .img.gz .zip .pipatch) names the format, unless `compression` does',
  },
  {
    name: 'compression',
    kind: 'words',
    choices: ['none', 'xz', 'gz', 'zip'],
    description:
      'formats to write, one or several: `xz`, or `zip,none`; default: what `output` says, else xz',
  },
  {
    name: 'size',
    kind: 'text',
    description: 'size of the image, such as 4G; its last partition grows with it',
  },
  { name: 'grow', kind: 'text', description: 'how much larger the image becomes, such as 512M' },
  { name: 'hostname', kind: 'text', description: 'name of the Pi on the network' },
  {
    name: 'wifi',
    kind: 'lines',
    description:
      'Wi-Fi networks to join, a name a line; passwords: PI_IMAGE_WIFI_PASSWORD, of the second PI_IMAGE_WIFI_PASSWORD_2, and so on',
  },
  {
    name: 'wifi-country',
    kind: 'text',
    description: 'two-letter country whose radio rules apply (GB, DE, US, …)',
  },
  { name: 'wifi-hidden', kind: 'flag', description: 'the networks do not announce their names' },
  { name: 'wifi-open', kind: 'flag', description: 'the networks have no password' },
  { name: 'ssh', kind: 'flag', description: 'log in over ssh (on)' },
  {
    name: 'ssh-keys',
    kind: 'lines',
    description:
      'public keys that may log in, a key or a file with one a line; password login over ssh is then off',
  },
  { name: 'vnc', kind: 'flag', description: 'share the desktop over VNC (on where there is a desktop)' },
  { name: 'vnc-resolution', kind: 'text', description: 'screen size without a monitor, such as 1920x1080' },
  {
    name: 'docker',
    kind: 'text',
    choices: ['none', 'first-boot', 'preload'],
    description: 'install Docker at the first boot (the default), put it into the image, or neither',
  },
  {
    name: 'containers',
    kind: 'lines',
    description: 'container images to put into the image and to start at the first boot, one a line',
  },
  {
    name: 'compose',
    kind: 'lines',
    description: 'compose projects (files or folders) to put into the image with their images, one a line',
  },
  { name: 'username', kind: 'text', description: 'name of the login account (renames pi)' },
  { name: 'timezone', kind: 'text', description: 'such as Europe/Berlin' },
  { name: 'locale', kind: 'text', description: 'such as de_DE.UTF-8' },
  { name: 'keyboard', kind: 'text', description: 'such as de or us' },
  {
    name: 'files',
    kind: 'lines',
    description: 'files and folders to put into the image, `src:dst[:mode[:owner]]` a line',
  },
  { name: 'first-boot', kind: 'text', description: 'shell script to run once, at the first boot' },
  { name: 'packages', kind: 'words', description: 'Debian packages to install at the first boot' },
  { name: 'config-txt', kind: 'lines', description: 'settings for config.txt, `key=value` a line' },
  { name: 'cmdline', kind: 'words', description: 'words to add to the kernel command line' },
  {
    name: 'public',
    kind: 'flag',
    description: 'the image is for everybody: fail if lint finds a leak or an error in it',
  },
  {
    name: 'bmap',
    kind: 'flag',
    default: 'true',
    description: 'write a block map beside the image, for bmaptool',
  },
  {
    name: 'zero-free',
    kind: 'flag',
    description:
      'write zeros where the file systems have nothing: smaller archives, no remains of deleted files',
  },
  {
    name: 'verify',
    kind: 'text',
    choices: ['none', 'written', 'full'],
    default: 'written',
    description:
      'how much of the finished image is read back: nothing, what was edited and samples of the rest, or all',
  },
  { name: 'offline', kind: 'flag', description: 'use only what is in the cache' },
  {
    name: 'recover',
    kind: 'flag',
    description: 'accept the image of a Pi that was not shut down: replay its journal',
  },
  {
    name: 'cache-dir',
    kind: 'text',
    description:
      'where base images are kept between builds; default: PI_IMAGE_CACHE_DIR, else the place of the platform',
  },
  {
    name: 'release-dir',
    kind: 'text',
    description:
      'write a release into this folder: the image in all formats, SHA256SUMS, block map, manifest.json and bills of materials; implies `public`',
  },
  {
    name: 'release-tag',
    kind: 'text',
    description:
      'upload such a release to the release of this tag on GitHub, a draft that is made where there is none; the job needs `contents: write`',
  },
  {
    name: 'allow-secrets-in-release',
    kind: 'flag',
    description: 'release even an image that lint finds leaks in: for private repositories',
  },
  {
    name: 'max-asset-size',
    kind: 'bytes',
    default: '2147483647',
    description: 'bytes that a file of a release may have',
  },
  {
    name: 'github-token',
    kind: 'text',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the runner fills it in
    default: '${{ github.token }}',
    description: 'token for the release',
  },
  {
    name: 'cache',
    kind: 'flag',
    description: 'keep the base image as downloaded in `cache-path`, for actions/cache',
  },
  {
    name: 'only-cache-key',
    kind: 'flag',
    description:
      'build nothing, only say by `cache-key` and `cache-path` what base image a build would download',
  },
  { name: 'dry-run', kind: 'flag', description: 'show the plan in the step summary and write nothing' },
  { name: 'verbose', kind: 'flag', description: 'log every edit and every retry' },
] as const satisfies readonly ActionInput[];

type Known = (typeof actionInputs)[number];
type Value<Input extends ActionInput> = Input extends {
  readonly kind: 'words';
  readonly choices: readonly (infer Choice)[];
}
  ? readonly Choice[]
  : Input['kind'] extends 'lines' | 'words'
    ? readonly string[]
    : Input['kind'] extends 'flag'
      ? boolean
      : Input['kind'] extends 'bytes'
        ? number
        : Input extends { readonly choices: readonly (infer Choice)[] }
          ? Choice
          : string;

/** What the workflow said, each in its type; absent where it said nothing. */
export type ActionInputs = { readonly [Input in Known as Input['name']]?: Value<Input> };
