/** An order to the runner (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands). */
export interface WorkflowCommand {
  readonly name: 'add-mask' | 'stop-commands' | 'error' | 'warning';
  readonly message: string;
  readonly properties?: Readonly<Record<string, string | number>>;
}

/** The line on standard output that the runner takes for it. Pure. */
export function commandLine({ name, message, properties = {} }: WorkflowCommand): string {
  const list = Object.entries(properties)
    .map(([key, value]) => `${key}=${escapeProperty(String(value))}`)
    .join(',');
  return `::${name}${list === '' ? '' : ` ${list}`}::${escapeData(message)}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
