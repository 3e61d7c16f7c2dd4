// Shown below the options by --help.

export const examples = `
Examples:
  $ pi-image build --wifi MyNet
      Raspbian Buster with ssh, Wi-Fi, VNC and Docker → raspbian-buster.img
  $ pi-image build --image raspbian-buster-lite --wifi MyNet -o kitchen.img.xz
  $ pi-image build pi-image.yaml
  $ pi-image images
  $ pi-image inspect kitchen.img.xz`;

export const buildExamples = `
Examples:
  $ PI_IMAGE_WIFI_PASSWORD='correct horse' pi-image build --image demo --wifi MyNet
  $ pi-image build --image raspbian-buster-lite --wifi MyNet --hostname kitchen --ssh-key ~/.ssh/id_ed25519.pub
  $ pi-image build --image my-own.img.xz --no-docker -o out.img.xz
  $ pi-image build pi-image.yaml --overwrite
  $ pi-image build pi-image.yaml --release dist --formats img.xz,zip`;

export const applyExamples = `
The base must be, byte for byte, the one that the patch was made for.

Examples:
  $ pi-image build --image demo --hostname kitchen -o kitchen.pipatch
  $ pi-image apply demo kitchen.pipatch -o kitchen.img.xz`;

export const personalizeExamples = `
The image is one that pi-image built. Only what is asked for changes; ssh, VNC, Docker and what else is in it stay as they are.

Examples:
  $ pi-image build --image demo --no-ssh --no-vnc --public -o published.img.xz
  $ pi-image personalize published.img.xz --wifi Home --ssh-key ~/.ssh/id_ed25519.pub -o mine.img
  $ pi-image personalize published.img.xz me.yaml -o mine.img.xz`;

export const reproduceExamples = `
The exit code is 0 when image and files come out the same, byte for byte, 1 when they do not.

Examples:
  $ pi-image build --image demo --password-file secret --release dist
  $ pi-image reproduce dist/manifest.json --secret user.password=secret`;

export const explainExamples = `
Every image that pi-image builds has a recipe in it, /usr/lib/pi-image/recipe.json; without one the exit code is 6.

Examples:
  $ pi-image build --image demo --hostname kitchen -o kitchen.img.xz
  $ pi-image explain kitchen.img.xz
  $ pi-image explain kitchen.img.xz --json`;

export const completionExamples = `
Once and for all:
  bash        echo 'source <(pi-image completion bash)' >> ~/.bashrc
  zsh         echo 'source <(pi-image completion zsh)' >> ~/.zshrc    (behind compinit)
  fish        pi-image completion fish > ~/.config/fish/completions/pi-image.fish
  powershell  pi-image completion powershell >> $PROFILE`;
