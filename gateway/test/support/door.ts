/** A TCP door before a neighbour, for what happens between two programs: it can lead elsewhere, keep a reply back, be shut. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface Door {
  readonly port: number;
  /** Where connections lead from now on; those that are open stay as they are. */
  target: number;
  /** Milliseconds by which the reply to what a connection sent comes late. */
  late: ((sent: string) => number) | undefined;
  close(): Promise<void>;
}

export async function openDoor(target: number): Promise<Door> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const other = connect(door.target, '127.0.0.1');
    let wait = 0;
    client.on('data', (data) => {
      wait = Math.max(wait, door.late?.(data.toString('latin1')) ?? 0);
      other.write(data);
    });
    other.on('data', (data) => {
      const ms = wait;
      wait = 0;
      if (ms > 0) setTimeout(() => client.write(data), ms);
      else client.write(data);
    });
    for (const [one, another] of [
      [client, other],
      [other, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        sockets.delete(one);
        another.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const door: Door = {
    port: (server.address() as { port: number }).port,
    target,
    late: undefined,
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
  return door;
}
