import { z } from 'zod';
import type { Content } from '../model/content.ts';
import { write } from '../model/edit.ts';
import { PiImageError } from '../model/errors.ts';
import type { HostInput } from '../model/host-input.ts';
import { contentText, hostPath, secret } from './atoms.ts';
import { type Contribution, defineCustomization } from './customization.ts';

/** Beside the steps and removed with them, because a user's script may know things that should not stay. */
const place = '/usr/lib/pi-image/files/script';

export const firstBoot = defineCustomization({
  name: 'first-boot',
  summary: 'A script of your own that runs once, when everything else is done, and whom to tell of the end',
  schema: z
    .strictObject({
      script: z
        .union([contentText.min(1), z.strictObject({ file: hostPath })])
        .optional()
        .describe('The text of the script, or `file:` with its path; without a #! line it is one for sh'),
      network: z.boolean().default(true).describe('Wait for the network and the right time before it runs'),
      notify: secret
        .optional()
        .describe(
          'http or https address that gets the status by POST when the first boot is done or steps have failed; kept like a password',
        ),
    })
    .refine(({ script, notify }) => script !== undefined || notify !== undefined, {
      error: 'needs `script:` or `notify:`',
    }),
  inputs: ({ script }) => (typeof script === 'object' ? [script.file] : []),
  contribute({ script, network, notify }, context) {
    const content = typeof script === 'object' ? contentOf(context.input(script.file)) : script;
    return {
      ...(content !== undefined && ownScript(content, network)),
      ...(notify && { notify }),
    };
  },
});

function ownScript(content: Content, network: boolean): Contribution {
  return {
    edits: [write(place, typeof content === 'string' ? runnable(content) : content, { mode: 0o700 })],
    firstBoot: [
      {
        name: 'script',
        title: 'Run your own script',
        order: 90,
        script: `"$root${place}"\n`,
        needs: network ? ['network', 'clock'] : [],
      },
    ],
    advice: [
      {
        level: 'note',
        id: 'first-boot.repeated',
        message:
          'your first-boot script runs as root, and again from its start if it fails or the power is cut',
      },
    ],
  };
}

function contentOf(input: HostInput): Content {
  if (input.kind !== 'file') {
    throw new PiImageError('spec.invalid', `the first-boot script ${input.path} is a directory`, {
      help: 'name a file; `files:` puts whole directories into the image',
    });
  }
  if (input.size === 0)
    throw new PiImageError('spec.invalid', `the first-boot script ${input.path} is empty`);
  const bytes = input.bytes;
  // A file too large to be here, or one that is no text, is a program and goes in as it is.
  if (!bytes || bytes.includes(0)) return bytes ?? { hostFile: input.path, size: input.size };
  return runnable(Buffer.from(bytes).toString('latin1'), 'latin1');
}

/** With a #! line, without the byte order mark and carriage returns of other systems, which the kernel takes for part of it. */
function runnable(text: string, encoding: 'utf8' | 'latin1' = 'utf8'): Uint8Array {
  const mark = encoding === 'utf8' ? '\ufeff' : '\u00ef\u00bb\u00bf';
  const plain = (text.startsWith(mark) ? text.slice(mark.length) : text).replaceAll('\r\n', '\n');
  const headed = plain.startsWith('#!') ? plain : `#!/bin/sh\n${plain}`;
  return Buffer.from(headed.endsWith('\n') ? headed : `${headed}\n`, encoding);
}
