/** A mode whose parts a test chooses: what no real one does on request. */
import type { Mode } from '../../src/mode.ts';
import { startTestGateway, type TestGateway } from './gateway.ts';

/** A gateway of a mode that can do nothing but what `parts` say. */
export function startFakeGateway(parts: Partial<Mode>, env: Record<string, string> = {}): Promise<TestGateway> {
  const idle: Mode = {
    maxSize: 1_000,
    run: () => Promise.reject(new Error('nothing is computed here')),
    notReady: async () => undefined,
    close: async () => {},
  };
  return startTestGateway('queue', env, async () => ({ ...idle, ...parts }));
}
