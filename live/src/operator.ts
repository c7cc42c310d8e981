/** What may be done to the services, and how they are: by the local runner, or by the helper that has the engine's socket. */
import { act } from '@heavy-lifter/loadgen/engine/act';
import type { ServiceState } from '@heavy-lifter/loadgen/engine/engine';
import { LocalEngine } from '@heavy-lifter/loadgen/engine/local';
import { Failure } from '@heavy-lifter/loadgen/failure';
import { Pool } from 'undici';
import type { ServiceVerb } from './contract.ts';

export type OperatedService = ServiceState;

export interface Operator {
  /** All of them, in their order; what cannot be asked is unknown. Throws a `Failure` where nobody can be asked. */
  services(): Promise<OperatedService[]>;
  /** Resolves when it is done: what was stopped has ended. Throws a `Failure` with the reason for people. */
  act(verb: ServiceVerb, service: string): Promise<void>;
  close(): Promise<void>;
}

export interface OperatorSettings {
  /** The names that may be asked for, e.g. `gateway-pool`. */
  readonly services: readonly string[];
  /** Of the local runner. */
  readonly CONTROL_SOCKET?: string | undefined;
  /** Of the helper, in containers. */
  readonly OPERATOR_URL?: string | undefined;
}

export function openOperator({ services, CONTROL_SOCKET, OPERATOR_URL }: OperatorSettings): Operator {
  const operator = OPERATOR_URL ? byHelper(OPERATOR_URL) : byRunner(CONTROL_SOCKET ?? '', services);
  return {
    ...operator,
    async act(verb, service) {
      if (!services.includes(service)) throw new Failure(`there is no service ${service} here`);
      await operator.act(verb, service);
    },
  };
}

function byRunner(CONTROL_SOCKET: string, names: readonly string[]): Operator {
  const engine = new LocalEngine({ CONTROL_SOCKET });
  return {
    services: () => engine.services(names),
    act: (verb, service) => act(engine, verb, service),
    close: () => engine.close(),
  };
}

/** Longer than a service may take to leave. */
const ACT_LIMIT_MS = 60_000;
const LOOK_LIMIT_MS = 2_000;
/** At a time: who looks does not wait for what takes long to stop. */
const MAX_CALLS = 8;

function byHelper(url: string): Operator {
  const client = new Pool(url, { connections: MAX_CALLS });

  async function ask(method: 'GET' | 'POST', path: string, limitMs: number, body?: object): Promise<unknown> {
    const headers = { 'content-type': 'application/json' };
    const asked = client
      .request({
        method,
        path,
        headers,
        body: body ? JSON.stringify(body) : null,
        signal: AbortSignal.timeout(limitMs),
      })
      .then(async (reply) => ({ status: reply.statusCode, text: await reply.body.text() }));
    const { status, text } = await asked.catch((error) => {
      throw new Failure(`the operator does not answer: ${error.message}`);
    });
    if (status >= 400) throw new Failure(JSON.parse(text).detail);
    return text ? JSON.parse(text) : undefined;
  }

  return {
    services: async () => (await ask('GET', '/services', LOOK_LIMIT_MS)) as OperatedService[],
    act: async (verb, service) => void (await ask('POST', '/act', ACT_LIMIT_MS, { verb, service })),
    close: () => client.destroy(),
  };
}
