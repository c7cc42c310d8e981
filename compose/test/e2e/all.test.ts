/** Four gateways side by side. */
import { expect, it } from 'vitest';
import { askAgain } from '../../../gateway/test/support/ask-again.ts';
import { workload } from '../../../workloads/count/workload.ts';
import { allModes, keepUp, make, ports } from './support.ts';

keepUp(allModes);

it('MODE=all puts four gateways side by side', async () => {
  for (const mode of ['UNPOOLED', 'POOL', 'MICROSERVICE', 'QUEUE'] as const) {
    const gateway = `http://127.0.0.1:${ports[`PORT_${mode}`]}`;
    expect(await askAgain(`${gateway}/blocking?ops=1000`, { prefer: 'wait=10' })).toMatchObject({
      mode: mode.toLowerCase(),
      ...workload.solve(workload.taskOf(1000)),
    });
  }
  expect((await make('bench', { MODE: 'all' })).output).toContain('a bench is one mode alone');
});
