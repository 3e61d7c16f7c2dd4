import { z } from 'zod';
import { composeOverride } from '../content/compose.ts';
import { render } from '../content/templates.ts';
import { loadedName } from '../model/container-reference.ts';
import { directory, type EditDraft, write } from '../model/edit.ts';
import { PiImageError } from '../model/errors.ts';
import type { FirstBootStep } from '../model/first-boot.ts';
import { hostPath } from './atoms.ts';
import { type ComposeFiles, composeFiles, fileEdits } from './compose-files.ts';
import { composeOf } from './compose-source.ts';
import { containerPlatform, loadStep } from './container-images.ts';
import { defineCustomization } from './customization.ts';

/** Where projects are on the Pi, so that whoever looks after it finds and changes them. */
const folder = '/etc/pi-image/compose';
const program = '/usr/lib/pi-image/compose';
const units = '/etc/systemd/system';
const overrideFile = 'pi-image.override.yaml';

interface Project extends ComposeFiles {
  readonly name: string;
}

/** Compose projects whose images lie in the image; a unit starts them at every boot and never pulls. */
export const compose = defineCustomization({
  name: 'compose',
  summary: 'Compose projects, started at every boot; their images are in the image',
  schema: z
    .array(
      z.strictObject({
        file: hostPath.describe(
          'Compose file, or a folder with one; of a folder everything is put into the image',
        ),
        name: z
          .string()
          .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'a name has small letters, digits, hyphens and underscores')
          .optional()
          .describe('Name of the project; default: what the file says, or that of its folder'),
      }),
    )
    .max(20),
  inputs: (settings) => settings.map(({ file }) => file),
  contribute(settings, context) {
    if (settings.length === 0) return {};
    const kind = composeOf(context);
    const projects = settings.map(({ file, name }): Project => {
      const files = composeFiles(file, context.input(file));
      if (kind === 'old' && files.project.version === undefined) throw needsVersion(file);
      return { ...files, name: name ?? nameOf(files) };
    });
    const twice = projects.find((one, index) =>
      projects.slice(0, index).some((other) => stepName(other) === stepName(one)),
    );
    if (twice)
      throw new PiImageError('spec.invalid', `two compose projects are called ${twice.name}`, {
        help: 'give one of them another `name`',
      });
    const images = projects.flatMap(({ project }) =>
      project.services.map(({ image, platform }) => ({
        reference: image,
        platform: containerPlatform(context.os, platform),
      })),
    );
    return {
      edits: [
        write(program, render(`rootfs${program}`, { folder }), { mode: 0o755 }),
        ...projects.flatMap(editsOf),
      ],
      firstBoot: [loadStep(), ...projects.map(startStep)],
      preloads: [{ kind: 'container-images', images }],
    };
  },
});

function editsOf({ name, main, entries, project }: Project): EditDraft[] {
  const override = composeOverride(project);
  const files = [main, ...(override === undefined ? [] : [overrideFile])];
  const unit = render(`rootfs${units}/pi-image-compose.service`, { name, program, files });
  return [
    directory(`${folder}/${name}`, { mode: 0o755 }),
    ...fileEdits(`${folder}/${name}`, entries),
    ...(override === undefined
      ? []
      : [write(`${folder}/${name}/${overrideFile}`, override, { mode: 0o644 })]),
    write(`${units}/${unitOf(name)}`, unit, { mode: 0o644 }),
  ];
}

/** Names that differ only in what a step's name cannot hold are too much alike. */
const stepName = ({ name }: Pick<Project, 'name'>): string => `compose-${name.replaceAll('_', '-')}`;

function startStep({ name, project }: Project): FirstBootStep {
  const images = [...new Set(project.services.map(({ image }) => loadedName(image)))];
  return {
    name: stepName({ name }),
    title: `Start the compose project ${name}`,
    order: 72,
    script: render('rootfs/usr/lib/pi-image/steps/compose', { name, unit: unitOf(name), images }),
    needs: [],
  };
}

const unitOf = (name: string): string => `pi-image-compose-${name}.service`;

/** As Compose makes it of the name of the folder. */
function nameOf({ project, folder: own }: ComposeFiles): string {
  const plain = (text: string): string =>
    text
      .toLowerCase()
      .replace(/[^a-z0-9_-]/g, '')
      .replace(/^[_-]+/, '');
  return plain(project.name ?? own).slice(0, 63) || 'project';
}

function needsVersion(file: string): PiImageError {
  return new PiImageError(
    'plan.unsuitable',
    `the docker-compose of this image's distribution takes ${file}, which names no version, for a file of 2014`,
    { help: 'write `version: "3.7"` at its top, or take Docker from its own archive' },
  );
}
