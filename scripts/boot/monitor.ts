import net from 'node:net';

const prompt = '(qemu) ';

/** Gives QEMU's monitor one command and returns what it answers. */
export async function tellMonitor(socketFile: string, command: string): Promise<string> {
  const socket = net.connect(socketFile);
  try {
    socket.setEncoding('utf8');
    let heard = '';
    const answers = (async () => {
      for await (const piece of socket) {
        heard += piece;
        const parts = heard.split(prompt);
        // The greeting, the echo with the answer, and what is begun after it.
        if (parts.length > 2) return parts[1] ?? '';
      }
      throw new Error(`QEMU's monitor hung up on \`${command}\``);
    })();
    socket.write(`${command}\n`);
    const answer = (await answers).replace(/^.*?\r?\n/s, '').trim();
    if (/^Error|unknown command/m.test(answer)) throw new Error(`QEMU says to \`${command}\`: ${answer}`);
    return answer;
  } finally {
    socket.destroy();
  }
}
