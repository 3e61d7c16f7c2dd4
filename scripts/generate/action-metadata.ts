import { stringify } from 'yaml';
import { type ActionInput, actionInputs } from '../../src/action/action-input.ts';
import { actionOutputs } from '../../src/action/outputs.ts';

/** What the runner and the Marketplace know of the action. */
export function actionMetadata(): string {
  const metadata = {
    name: 'pi-image',
    description:
      'A finished Raspberry Pi image from a stock one: ssh, Wi-Fi, VNC, Docker, your files. No sudo, no Docker, on any runner.',
    branding: { icon: 'hard-drive', color: 'red' },
    inputs: Object.fromEntries(actionInputs.map(inputEntry)),
    outputs: Object.fromEntries(
      Object.entries(actionOutputs).map(([name, description]) => [name, { description }]),
    ),
    runs: { using: 'node24', main: 'action/main/index.js' },
  };
  return `# Made by \`npm run generate\` of src/action/. Do not edit.\n${stringify(metadata, { lineWidth: 110 })}`;
}

function inputEntry(input: ActionInput): [string, object] {
  const { name, default: initial } = input;
  return [
    name,
    { description: described(input), required: false, ...(initial !== undefined && { default: initial }) },
  ];
}

function described({ kind, description, choices }: ActionInput): string {
  const several = { lines: 'one a line', words: 'several by spaces or commas' }[kind as string];
  const extra = [several, choices?.join(', ')].flatMap((one) => one ?? []).join('; ');
  return extra === '' ? description : `${description} (${extra})`;
}

/** The tables of docs/github-action.md. */
export function actionInputsTable(): string {
  const rows = actionInputs.map((input) => {
    const { name, default: initial } = input;
    const standard = initial === undefined || initial.includes('${{') ? '' : `; default: ${initial}`;
    return `| \`${name}\` | ${cell(`${described(input)}${standard}`)} |`;
  });
  return ['| input | meaning |', '|---|---|', ...rows].join('\n');
}

export function actionOutputsTable(): string {
  const rows = Object.entries(actionOutputs).map(([name, meaning]) => `| \`${name}\` | ${cell(meaning)} |`);
  return ['| output | meaning |', '|---|---|', ...rows].join('\n');
}

const cell = (text: string): string => text.replaceAll('|', '\\|');
