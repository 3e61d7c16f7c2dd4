import type { TextChange } from '../model/text-change.ts';
import { setInterface } from './dhcpcd-conf.ts';
import { ensureLines } from './ensure-lines.ts';
import { renameRecord, setMembers, setRecord } from './records.ts';
import { replaceLine } from './replace-line.ts';
import { replaceText } from './replace-text.ts';
import { setValues } from './set-values.ts';
import { setWords } from './words.ts';

/**
 * Carries out one change on the text of a file. Doing it twice is the same as doing it once, and lines that it
 * does not name stay as they are. Throws `plan.unsuitable` where the text does not allow it.
 */
export function applyChange(text: string, change: TextChange): string {
  switch (change.op) {
    case 'ensure-lines':
      return ensureLines(text, change);
    case 'set':
      return setValues(text, change);
    case 'words':
      return setWords(text, change);
    case 'replace-line':
      return replaceLine(text, change);
    case 'replace-text':
      return replaceText(text, change);
    case 'set-record':
      return setRecord(text, change);
    case 'rename-record':
      return renameRecord(text, change);
    case 'set-members':
      return setMembers(text, change);
    case 'set-interface':
      return setInterface(text, change);
  }
}
