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
    inputs: Object.fromEntries((actionInputs as readonly ActionInput[]).map(inputEntry)),
    outputs: Object.fromEntries(
      Object.entries(actionOutputs).map(([name, description]) => [name, { description }]),
    ),
    runs: { using: 'node24', main: 'action/main/index.js' },
  };
  return `# Made by \`npm run generate\` of src/action/. Do not edit.\n${stringify(metadata, { lineWidth: 110 })}`;
}

function inputEntry({ name, description, choices, default: initial }: ActionInput): [string, object] {
  const choice = choices ? ` (${choices.join(', ')})` : '';
  return [
    name,
    {
      description: `${description}${choice}`,
      required: false,
      ...(initial !== undefined && { default: initial }),
    },
  ];
}

/** The tables of docs/github-action.md. */
export function actionInputsTable(): string {
  const rows = (actionInputs as readonly ActionInput[]).map(
    ({ name, description, choices, default: initial }) => {
      const choice = choices ? ` (${choices.join(', ')})` : '';
      const standard = initial === undefined || initial.includes('${{') ? '' : `; default: ${initial}`;
      return `| \`${name}\` | ${cell(`${description}${choice}${standard}`)} |`;
    },
  );
  return ['| input | meaning |', '|---|---|', ...rows].join('\n');
}

export function actionOutputsTable(): string {
  const rows = Object.entries(actionOutputs).map(([name, meaning]) => `| \`${name}\` | ${cell(meaning)} |`);
  return ['| output | meaning |', '|---|---|', ...rows].join('\n');
}

const cell = (text: string): string => text.replaceAll('|', '\\|');
