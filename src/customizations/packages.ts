import { z } from 'zod';
import { defineCustomization } from './customization.ts';

/** A name as Debian policy 5.6.1 allows it; no version, no option of apt can hide in it. */
export const packageName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9+.-]+$/, 'a Debian package name has small letters, digits and + - . in it');

export const packages = defineCustomization({
  name: 'packages',
  summary: 'Debian packages to install at the first boot',
  schema: z.array(packageName).max(200),
  contribute(names) {
    const wanted = [...new Set(names)];
    if (wanted.length === 0) return {};
    return {
      firstBoot: [
        {
          name: 'packages',
          title: wanted.length === 1 ? `Install ${wanted[0]}` : `Install ${wanted.length} packages`,
          order: 50,
          script: `apt_install ${wanted.join(' ')}\n`,
          needs: ['network', 'clock', 'apt'],
          spaceMiB: 200,
        },
      ],
    };
  },
});
