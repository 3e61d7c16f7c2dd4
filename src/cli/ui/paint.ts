import { styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan';
export type Paint = (style: Style, text: string) => string;

/** Colours for one stream; `styleText` itself heeds NO_COLOR, FORCE_COLOR and whether the stream is a terminal. */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  return (style, text) => styleText(style, text, { stream });
}

export const noPaint: Paint = (_style, text) => text;
