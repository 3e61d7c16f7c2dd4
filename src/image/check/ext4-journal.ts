import { openLog } from '../ext4/recovery.ts';
import { readJournalSuperblock } from '../jbd2/journal-superblock.ts';
import type { Ext4Check } from './ext4.ts';

/** A journal with nothing in it must still be one: the next mount writes to it. */
export function checkJournal({ device, fs, findings }: Ext4Check): void {
  if (!fs.superblock.features.all.has('has_journal')) return;
  findings.guard(() => {
    const journal = readJournalSuperblock(openLog(fs, device).log);
    if (journal.start !== 0)
      findings.add('the journal holds transactions, though the superblock says that it does not');
    if (journal.error !== 0) findings.add('the journal has recorded an error');
  });
}
