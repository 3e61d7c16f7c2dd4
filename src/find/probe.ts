import { connect } from 'node:net';

export const ports = { ssh: 22, vnc: 5900 } as const;

/** Whether something accepts TCP connections there within the time (milliseconds). */
export function accepts(address: string, port: number, timeout: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(timeout, () => finish(false));
    socket.on('connect', () => finish(true));
    socket.on('error', () => finish(false));
  });
}

/** Which of ssh and VNC answer at any of the addresses. */
export async function whatAnswers(
  addresses: readonly string[],
  {
    timeout,
    at = ports,
  }: { readonly timeout: number; readonly at?: Readonly<Record<'ssh' | 'vnc', number>> },
): Promise<readonly ('ssh' | 'vnc')[]> {
  const found = await Promise.all(
    (['ssh', 'vnc'] as const).map(async (service) => {
      const answers = await Promise.all(
        addresses.slice(0, 4).map((one) => accepts(one, at[service], timeout)),
      );
      return answers.some(Boolean) ? service : undefined;
    }),
  );
  return found.filter((one) => one !== undefined);
}
