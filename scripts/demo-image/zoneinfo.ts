import { file, type NewEntry } from './entry.ts';

/** Zones with the rule they follow today, as POSIX writes it. */
const zones: Readonly<Record<string, string>> = {
  'America/Los_Angeles': 'PST8PDT,M3.2.0,M11.1.0',
  'America/New_York': 'EST5EDT,M3.2.0,M11.1.0',
  'Asia/Tokyo': 'JST-9',
  'Etc/UTC': 'UTC0',
  'Europe/Berlin': 'CET-1CEST,M3.5.0,M10.5.0/3',
  'Europe/London': 'GMT0BST,M3.5.0/1,M10.5.0',
};

export function zoneEntries(): readonly NewEntry[] {
  return Object.entries(zones).map(([name, rule]) => file(`/usr/share/zoneinfo/${name}`, zoneFile(rule)));
}

/** A TZif file (RFC 8536) without history: one type, UTC, and the rule in the footer, which counts from then on. */
function zoneFile(rule: string): Uint8Array {
  const name = 'UTC\0';
  const block = Buffer.alloc(44 + 6 + name.length);
  block.write('TZif2', 'latin1');
  block.writeUInt32BE(1, 36); // local time types
  block.writeUInt32BE(name.length, 40);
  block.write(name, 50, 'latin1');
  return Buffer.concat([block, block, Buffer.from(`\n${rule}\n`)]);
}
