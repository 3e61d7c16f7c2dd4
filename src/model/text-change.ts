/**
 * A change to a text file that is already in the image, as data: a plan can be printed, compared and tested.
 * A change that does not fit gets an operation of its own here, never a closure. All are idempotent.
 */
export type TextChange =
  | EnsureLines
  | SetValues
  | SetWords
  | ReplaceLine
  | ReplaceText
  | SetRecord
  | RenameRecord
  | SetMembers
  | SetInterface;

/**
 * Lines that must be in the file; missing ones are appended in order, or with `at: 'start'` put before all others.
 * `config.txt`: in force for all boards, under `[all]`.
 */
export interface EnsureLines {
  readonly op: 'ensure-lines';
  readonly style?: 'config.txt';
  readonly at?: 'start';
  readonly lines: readonly string[];
}

/**
 * `key=value` settings. `config.txt`: under the last `[all]`, an active line is replaced, a commented one left.
 * `sshd`: `Key value`, before any Match block. `ini`: inside `section`. `shell`: `KEY="value"` quoted for a shell.
 */
export interface SetValues {
  readonly op: 'set';
  readonly style: 'config.txt' | 'sshd' | 'ini' | 'shell';
  readonly section?: string;
  readonly values: Readonly<Record<string, string>>;
}

/** Words of a one-line file (cmdline.txt). `add` appends what is not there; a word `k=v` replaces another `k=`. */
export interface SetWords {
  readonly op: 'words';
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
}

/** The first line whose first word is `where` becomes `line`; appended when there is none. */
export interface ReplaceLine {
  readonly op: 'replace-line';
  readonly where: string;
  readonly line: string;
}

/** Every occurrence of `from` becomes `to`, as plain text; with `word`, only where it stands as a whole word. */
export interface ReplaceText {
  readonly op: 'replace-text';
  readonly from: string;
  readonly to: string;
  readonly word?: true;
}

/** Fields of the record `key` in a colon-separated file (passwd, shadow): index → value. The record must exist. */
export interface SetRecord {
  readonly op: 'set-record';
  readonly key: string;
  readonly fields: Readonly<Record<number, string>>;
}

/** The record `from` (first field) becomes `to`; with `members`, also where it is listed in the last field (group, gshadow). */
export interface RenameRecord {
  readonly op: 'rename-record';
  readonly from: string;
  readonly to: string;
  readonly members?: true;
}

/** Users that must be listed in the last field of the record `key` (group, gshadow). */
export interface SetMembers {
  readonly op: 'set-members';
  readonly key: string;
  readonly add: readonly string[];
}

/**
 * The `static` lines of one interface in dhcpcd.conf become `static key=value` for these, and no others; what else its
 * block says stays. A missing block is appended.
 */
export interface SetInterface {
  readonly op: 'set-interface';
  readonly name: string;
  readonly values: Readonly<Record<string, string>>;
}
