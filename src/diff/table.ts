import type { OpenImage } from '../image/open-image.ts';
import type { TableDifference } from './image-diff.ts';

/** What differs in the partition table and in the file systems as a whole. Code in boot sectors is not compared. */
export function tableDifferences(before: OpenImage, after: OpenImage): readonly TableDifference[] {
  const [old, now] = [factsOf(before), factsOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((subject) => {
    const [one, other] = [old.get(subject), now.get(subject)];
    if (one === other) return [];
    return [
      {
        subject,
        ...(one !== undefined && { before: one }),
        ...(other !== undefined && { after: other }),
      },
    ];
  });
}

function factsOf({ table, mounts }: OpenImage): ReadonlyMap<string, string> {
  const facts = new Map([
    ['partition table', table.scheme.toUpperCase()],
    ['disk id', table.diskId],
  ]);
  for (const { number, type, offset, size, name, partUuid, bootable } of table.partitions) {
    const of = `partition ${number}`;
    facts.set(`${of} type`, type);
    facts.set(`${of} offset`, `${offset} bytes`);
    facts.set(`${of} size`, `${size} bytes`);
    if (table.scheme === 'gpt') facts.set(`${of} id`, partUuid);
    if (name !== undefined) facts.set(`${of} name`, name);
    if (bootable) facts.set(`${of} bootable`, 'yes');
    const mount = mounts.find((one) => one.number === number);
    if (!mount) continue;
    facts.set(`${of} file system`, mount.volume.format);
    facts.set(`${of} label`, mount.volume.label);
    facts.set(`${of} mounted on`, mount.at);
  }
  return facts;
}
