import { z } from 'zod';
import { link, write } from '../model/edit.ts';
import { defineCustomization } from './customization.ts';

const folder = '/usr/share/zoneinfo';

/** Directories of the time zone database, which exist as paths but are no time zones. */
const areas =
  /^(?:posix|right|SystemV|Africa|America(?:\/(?:Argentina|Indiana|Kentucky|North_Dakota))?|Antarctica|Arctic|Asia|Atlantic|Australia|Brazil|Canada|Chile|Etc|Europe|Indian|Mexico|Pacific|US)$/;

export const timezone = defineCustomization({
  name: 'timezone',
  summary: 'Time zone, such as Europe/Berlin',
  schema: z
    .string()
    .regex(
      /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+){0,2}$/,
      'a time zone is "Area/City", such as Europe/Berlin',
    )
    .refine((zone) => !areas.test(zone), {
      error: 'this is an area; name a city in it, such as Europe/Berlin',
    })
    .describe('Time zone, such as Europe/Berlin or UTC'),
  contribute: (zone, { os }) => ({
    preconditions: [
      {
        path: `${folder}/${zone}`,
        message: `this image knows no time zone "${zone}"`,
        suggestFrom: folder,
      },
    ],
    edits: [
      link('/etc/localtime', `${folder}/${zone}`),
      // Debian gave this file up with Trixie.
      ...(os.version < 13 || os.present.includes('/etc/timezone')
        ? [write('/etc/timezone', `${zone}\n`)]
        : []),
    ],
  }),
});
