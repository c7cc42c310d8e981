/** A Redis for faults that a real one cannot be brought to: it answers a gateway's start-up, and a job as it is told to. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

export interface FakeRedis {
  readonly url: string;
  /** What the next jobs, and the question whether there is room for one, are answered; without it they are taken. */
  answer: { readonly job?: string; readonly question?: string } | ((socket: Socket) => void);
  close(): Promise<void>;
}

const PARTS = /\$\d+\r\n([^\r]*)\r\n/g;

export async function fakeRedis(): Promise<FakeRedis> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (data) => {
      // Commands are short and come whole.
      for (const text of data.toString('latin1').split(/(?=^\*\d+\r\n)/m)) {
        const [command = '', ...args] = [...text.matchAll(PARTS)].map(([, part]) => part ?? '');
        reply(socket, command.toUpperCase(), args);
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  function reply(socket: Socket, command: string, args: string[]) {
    if (command === 'HELLO') return socket.write("-ERR unknown command 'HELLO'\r\n");
    if (!command.startsWith('EVAL')) return socket.write('+OK\r\n');
    const { answer } = fake;
    const isQuestion = args.some((arg) => arg.endsWith(':writable'));
    // What counts jobs is asked all the time, and carries no task.
    if (!isQuestion && !args.some((arg) => arg.includes('requestId'))) return socket.write('*0\r\n');
    if (typeof answer === 'function') return isQuestion ? socket.write(':0\r\n') : answer(socket);
    const refusal = isQuestion ? answer.question : answer.job;
    return socket.write(refusal ? `-${refusal}\r\n` : isQuestion ? ':0\r\n' : '$1\r\n1\r\n');
  }

  const { port } = server.address() as { port: number };
  const fake: FakeRedis = {
    url: `redis://127.0.0.1:${port}`,
    answer: {},
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
  return fake;
}
