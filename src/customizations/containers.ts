import { z } from 'zod';
import { render } from '../content/templates.ts';
import { loadedName, referenceText } from '../model/container-reference.ts';
import { directory, type EditDraft, write } from '../model/edit.ts';
import { PiImageError } from '../model/errors.ts';
import type { FirstBootStep } from '../model/first-boot.ts';
import { preloadFolder } from '../model/preload.ts';
import { containerPlatform, loadStep, requireDocker } from './container-images.ts';
import { type ContainerSettings, container, containerName } from './container-settings.ts';
import { defineCustomization } from './customization.ts';

/** Removed with all that was preloaded: Docker keeps the variables of a container itself, readable by root alone. */
const folder = `${preloadFolder}/environment`;

/** Containers that are there on arrival: their images lie in the image, and the first boot needs no network for them. */
export const containers = defineCustomization({
  name: 'containers',
  summary: 'Containers, loaded and started at the first boot without a network',
  schema: z
    .array(container)
    .max(50)
    .refine((all) => new Set(all.map(containerName)).size === all.length, {
      error: 'two containers have the same name; give one of them another `name`',
    }),
  contribute(settings, context) {
    if (settings.length === 0) return {};
    requireDocker('containers', context);
    const images = settings.map(({ image, platform }) => ({
      reference: image,
      platform: containerPlatform(context.os, platform),
    }));
    return {
      edits: environmentEdits(settings),
      firstBoot: [loadStep(), ...settings.map(startStep)],
      preloads: [{ kind: 'container-images', images }],
    };
  },
});

/** Created once and then left alone, so that whoever changes it on the Pi keeps what he did. */
function startStep(settings: ContainerSettings): FirstBootStep {
  const { image, command, environment, restart } = settings;
  const name = containerName(settings);
  const hasEnvironment = Object.keys(environment).length > 0;
  return {
    name: `container-${name}`,
    title: `Start the container ${name} (${referenceText(image)})`,
    order: 71,
    script: render('rootfs/usr/lib/pi-image/steps/container', {
      ...{ name, command, restart, image: loadedName(image) },
      missing: `the image ${referenceText(image)} is not loaded yet`,
      options: optionsOf(settings),
      environment: hasEnvironment ? environmentFile(settings) : '',
    }),
    needs: [],
  };
}

function optionsOf({ ports, volumes, devices, network }: ContainerSettings): string[] {
  return [
    ...(network === 'bridge' ? [] : [`--network=${network}`]),
    ...ports.map((one) => `--publish=${one}`),
    ...volumes.map((one) => `--volume=${one}`),
    ...devices.map((one) => `--device=${one}`),
  ];
}

const environmentFile = (settings: ContainerSettings): string => `${folder}/${containerName(settings)}`;

/** Files for `--env-file`, which takes everything behind the first `=` as it stands. */
function environmentEdits(settings: readonly ContainerSettings[]): EditDraft[] {
  const some = settings.filter(({ environment }) => Object.keys(environment).length > 0);
  if (some.length === 0) return [];
  return [
    directory(folder, { mode: 0o700 }),
    ...some.map((one) => write(environmentFile(one), environmentText(one), { mode: 0o600, sensitive: true })),
  ];
}

function environmentText(settings: ContainerSettings): string {
  const lines = Object.entries(settings.environment).map(([name, secret]) => {
    const value = secret.reveal();
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what ends a line or a text is what this looks for
    if (!/[\u0000\r\n]/.test(value)) return `${name}=${value}\n`;
    throw new PiImageError(
      'spec.invalid',
      `the variable ${name} of the container ${containerName(settings)} is more than one line`,
      {
        help: 'put it into a file with `files:`, and that into the container as a volume',
      },
    );
  });
  return lines.join('');
}
