export interface Point {
  /** Of the image, GiB. */
  readonly size: number;
  readonly seconds: number;
  readonly megabytes: number;
}

export interface Line {
  readonly name: string;
  readonly points: Point[];
}

const frame = { width: 640, height: 360, left: 60, right: 20, top: 30, bottom: 50 };
const colours = ['#c51a4a', '#1f6feb', '#6e7781', '#1a7f37'];

/** Time over the size of the image, as an SVG drawing. */
export function drawGrowth(lines: readonly Line[]): string {
  const points = lines.flatMap((line) => line.points);
  const mostSize = Math.max(...points.map(({ size }) => size));
  const mostSeconds = niceCeiling(Math.max(...points.map(({ seconds }) => seconds)));
  const x = (size: number) =>
    round(frame.left + (size / mostSize) * (frame.width - frame.left - frame.right));
  const y = (seconds: number) =>
    round(frame.height - frame.bottom - (seconds / mostSeconds) * (frame.height - frame.top - frame.bottom));
  const sizes = [...new Set(points.map(({ size }) => size))];
  const marks = [0, 0.25, 0.5, 0.75, 1].map((share) => share * mostSeconds);
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${frame.width} ${frame.height}" font-family="sans-serif" font-size="12">`,
    '<title>Seconds over the size of the image</title>',
    `<rect width="${frame.width}" height="${frame.height}" fill="white"/>`,
    ...marks.flatMap((seconds) => [
      `<line x1="${x(0)}" y1="${y(seconds)}" x2="${x(mostSize)}" y2="${y(seconds)}" stroke="#d0d7de"/>`,
      `<text x="${frame.left - 8}" y="${y(seconds) + 4}" text-anchor="end">${round(seconds)} s</text>`,
    ]),
    ...sizes.map(
      (size) => `<text x="${x(size)}" y="${frame.height - 30}" text-anchor="middle">${size} GiB</text>`,
    ),
    ...lines.flatMap(({ name, points: own }, index) => {
      const colour = colours[index % colours.length];
      const path = own.map(({ size, seconds }) => `${x(size)},${y(seconds)}`).join(' ');
      return [
        `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
        ...own.map(
          ({ size, seconds }) => `<circle cx="${x(size)}" cy="${y(seconds)}" r="3" fill="${colour}"/>`,
        ),
        `<text x="${frame.left + 12}" y="${frame.top + 16 * (index + 1)}" fill="${colour}">${name}</text>`,
      ];
    }),
    '</svg>',
  ].join('\n')}\n`;
}

/** The next of 1, 1.2, 2, 4, 6, 8 times a power of ten. */
function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return (([1, 1.2, 2, 4, 6, 8].find((step) => step * power >= value) ?? 10) as number) * power;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
