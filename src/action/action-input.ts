import type { BuildOption } from '../cli/build-option.ts';
import type { BuildCommandFlags } from '../cli/commands/build.ts';
import { buildOptions } from '../cli/options.ts';

/** An input of the action, as data: action.yml, the table in docs/github-action.md and the reader are made of it. */
export interface ActionInput {
  /** As in `with:`. */
  readonly name: string;
  readonly kind: 'text' | 'flag' | 'lines' | 'words' | 'bytes';
  readonly description: string;
  /** What the runner passes when the workflow says nothing. */
  readonly default?: string;
  readonly choices?: readonly string[];
  /** The option of `build` that it stands for, or the words of a command line that each choice does. */
  readonly says?: string | Readonly<Record<string, readonly string[]>>;
}

/** Inputs that are no option of `build`, or more than one. Secrets are not among them: they come from the environment of the step. */
const ownInputs = [
  {
    name: 'config',
    kind: 'text',
    description: 'pi-image.yaml to build from; default: pi-image.yaml or pi-image.yml if there is one',
  },
  {
    name: 'args',
    kind: 'lines',
    description:
      'more options of `pi-image build`, such as `--address 192.168.1.20/24`; they win over the inputs',
  },
  {
    name: 'compression',
    kind: 'words',
    choices: ['none', 'xz', 'gz', 'zst', 'zip'],
    description: 'formats to write; default: what `output` says, else xz',
  },
  {
    name: 'docker',
    kind: 'text',
    choices: ['none', 'first-boot', 'preload'],
    description: 'install Docker at the first boot (the default), put it into the image, or neither',
    says: {
      none: ['--no-docker'],
      'first-boot': ['--docker'],
      preload: ['--docker', '--docker-method=offline'],
    },
  },
  {
    name: 'verify',
    kind: 'text',
    choices: ['none', 'written', 'full'],
    default: 'written',
    description:
      'how much of the finished image is read back: nothing, what was edited and samples of the rest, or all',
    says: { none: ['--no-verify'], written: ['--verify=written'], full: ['--verify=full'] },
  },
  {
    name: 'bmap',
    kind: 'flag',
    default: 'true',
    description: 'write a block map beside the image, for bmaptool',
  },
  {
    name: 'release-tag',
    kind: 'text',
    description:
      'upload a release to the release of this tag on GitHub, a draft that is made where there is none; the job needs `contents: write`',
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
] as const satisfies readonly ActionInput[];

/** Options that mean nothing in a workflow, or always the same: no input and no line of `args` has them. */
const leftOut = /^--(no-input|json|quiet|overwrite|checksums|bmap|formats)$/;
/** Options that only `args` has: other inputs say it, or files that no checkout has. */
const onlyArgs = /^--(no-.*|docker|docker-method|verify|.*-password-file)$/;
const words = /^--(package|cmdline|dns)$/;

/** What an input has otherwise than its option. */
const changes: Readonly<Record<string, Partial<ActionInput>>> = {
  '--image': {
    description:
      'base image: a name from `pi-image images`, an https URL with `sha256`, or a file; needed where no config names one',
  },
  '--output': {
    description:
      'file to write; default: `dist/<hostname or base image>`. An ending (.img .img.xz .img.gz .img.zst .zip .pipatch) names the format, unless `compression` does',
  },
  '--wifi': {
    description:
      'Wi-Fi network to join; the password comes from PI_IMAGE_WIFI_PASSWORD, of the second from PI_IMAGE_WIFI_PASSWORD_2, and so on',
  },
  '--wifi-country': { description: 'two-letter country whose radio rules apply (GB, DE, US, …)' },
  '--ssh-key': { name: 'ssh-keys' },
  '--container': { name: 'containers' },
  '--user': { name: 'username' },
  '--file': { name: 'files', description: 'file or folder to put into the image, `src:dst[:mode[:owner]]`' },
  '--package': { name: 'packages' },
  '--release': {
    name: 'release-dir',
    description:
      'write a release into this folder: the image in all formats, SHA256SUMS, block map, manifest, bills of materials, provenance and notes; implies `public`',
  },
  '--release-url': {
    description:
      'address of the folder that a release will be downloaded from, for the list of Raspberry Pi Imager; default: that of `release-tag`',
  },
};

/** The options that `args` may have, and inputs become. */
export const inputOptions: readonly BuildOption[] = buildOptions.filter((one) => !leftOut.test(longOf(one)));

/** Everything that a workflow can say by `with:`. */
export const actionInputs: readonly ActionInput[] = [
  ...ownInputs.slice(0, 1),
  ...inputOptions.filter((one) => !onlyArgs.test(longOf(one))).map(inputOf),
  ...ownInputs.slice(1),
];

function inputOf(option: BuildOption): ActionInput {
  const says = longOf(option);
  const { choices } = option;
  const description = option.description.replace(
    /--[\w-]+/g,
    (name) => `\`${changes[name]?.name ?? name.slice(2)}\``,
  );
  const taken = option.repeatable ? (words.test(says) ? 'words' : 'lines') : 'text';
  const kind = option.flags.includes('<') ? taken : 'flag';
  return { name: says.slice(2), kind, description, ...(choices && { choices }), ...changes[says], says };
}

function longOf({ flags }: BuildOption): string {
  return /--[\w-]+/.exec(flags)?.[0] ?? '';
}

type Own = (typeof ownInputs)[number];
type Value<Input extends ActionInput> = Input extends {
  readonly kind: 'words';
  readonly choices: readonly (infer Choice)[];
}
  ? readonly Choice[]
  : Input['kind'] extends 'flag'
    ? boolean
    : Input['kind'] extends 'bytes'
      ? number
      : string;

/** What the workflow said; absent where it said nothing. */
export type ActionInputs = {
  readonly [Input in Exclude<
    Own,
    { readonly says: object } | { readonly name: 'args' }
  > as Input['name']]?: Value<Input>;
} & {
  /** Of the options that inputs and `args` stand for. */
  readonly flags: Omit<
    BuildCommandFlags,
    'input' | 'json' | 'quiet' | 'overwrite' | 'checksums' | 'bmap' | 'formats'
  >;
};
