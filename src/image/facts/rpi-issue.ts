/**
 * Date and stage from /etc/rpi-issue, which pi-gen leaves in every image of Raspberry Pi OS (a copy is issue.txt on
 * the boot partition): `stage2` is Lite, `stage4` the desktop, `stage5` the desktop with all its software.
 */
export function parseRpiIssue(text: string): { readonly date: string; readonly stage: string } | undefined {
  const date = /^Raspberry Pi reference (\d{4}-\d{2}-\d{2})\r?$/m.exec(text)?.[1];
  if (date === undefined) return undefined;
  return { date, stage: /\b(stage\d{1,2})\r?$/m.exec(text)?.[1] ?? '' };
}
