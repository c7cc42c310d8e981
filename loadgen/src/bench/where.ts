/** Where a run took place, and whether it had the machine to itself: a part of every report. */
import { markdownTable } from 'markdown-table';
import { number, percent, seconds, size } from '../format.ts';
import type { Result } from './result.ts';

/** Who runs on which CPUs. */
export function pinning({ serviceCpus, generatorCpus, redisCpus }: Result['plan']): string {
  if (!serviceCpus) return 'not pinned';
  return `services on ${serviceCpus}, generator on ${generatorCpus}${redisCpus ? `, Redis on ${redisCpus}` : ''}`;
}

/** Where it ran, and with what. */
export function contextOf(result: Result): string {
  const { machine, plan, versions, runtime, startedAt, disturbance, verify, generator, bystander } = result;
  return markdownTable(
    [
      ['', ''],
      [
        'machine',
        `${machine.cpu}, ${machine.cores} cores, ${size(machine.memoryBytes)}, ${machine.os} ${machine.arch}`,
      ],
      ['CPU plan', `${pinning(plan)}; ${plan.threads} compute thread(s)`],
      ['runtime', `${runtime}, ${startedAt}`],
      [
        'versions',
        Object.entries(versions)
          .map(([name, version]) => `${name} ${version}`)
          .join(', '),
      ],
      ...disturbanceRow(disturbance),
      ['verified', `${verify.vectors} vectors before, ${number(verify.answers)} results of the run`],
      [
        'generator',
        `${percent(generator.utilization)} busy${generator.saturated ? ': at its limit' : ''}; /non-blocking alone ${number(bystander.capacityPerS)}/s`,
      ],
    ],
    { align: ['l', 'l'] },
  );
}

/** What the factor of the first line is made of. */
function disturbanceRow({ factor, others, steal, stretch, runQueue }: Result['disturbance']): string[][] {
  if (factor === null) return [];
  const cores = `others had ${percent(others)} of the services' cores, a machine below ${percent(steal)}`;
  const kernels = `a CPU second of the arithmetic took ${seconds(stretch)}`;
  return [['disturbance', `${cores}; ${kernels}; ${number(runQueue ?? 0)} other threads wanted to run`]];
}
