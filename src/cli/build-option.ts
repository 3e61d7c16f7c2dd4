/** An option of `build` and `plan`, as data: the parser, the help and the table in the README are made of it. */
export interface BuildOption {
  readonly flags: string;
  readonly group: OptionGroup;
  readonly description: string;
  /** May be given several times; the values add up. */
  readonly repeatable?: true;
  readonly choices?: readonly string[];
}

export const optionGroups = [
  'Image',
  'Network',
  'Remote access',
  'Docker',
  'System',
  'Your own',
  'Release',
  'Run',
] as const;
export type OptionGroup = (typeof optionGroups)[number];
