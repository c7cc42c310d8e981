/** How busy CPUs are, whoever it is that keeps them so: the system's own count, where there is one. */
import { readFileSync } from 'node:fs';

export interface MachineTime {
  readonly elapsedS: number;
  /** CPU seconds of programs, of all CPUs that are watched. */
  readonly busyS: number;
  /** Seconds that a machine below this one did not give them. */
  readonly stealS: number;
  /** Threads that ran or wanted to, on the whole machine, on average. */
  readonly runnable: number;
  /** CPUs that are watched. */
  readonly cpus: number;
}

export interface MachineWatch {
  /** Since the start; nothing where the system does not tell (other than Linux). */
  soFar(): MachineTime | undefined;
  stop(): void;
}

/** Short against the shortest load; a look takes some 30 us. */
const LOOK_MS = 50;
/** Of the times in /proc/stat, on every architecture (proc(5), `sysconf(_SC_CLK_TCK)`). */
const TICKS_PER_S = 100;

/** Watches these CPUs, or all where the list is empty. */
export function watchMachine(cpus: readonly number[]): MachineWatch {
  const before = read(cpus);
  const startedAt = performance.now();
  let runnable = 0;
  let looks = 0;
  const look = () => {
    const now = read(cpus);
    if (!now) return;
    runnable += now.runnable;
    looks++;
  };
  const timer = before && setInterval(look, LOOK_MS);
  return {
    soFar() {
      const now = read(cpus);
      if (!before || !now) return undefined;
      return {
        elapsedS: (performance.now() - startedAt) / 1000,
        busyS: now.busyS - before.busyS,
        stealS: now.stealS - before.stealS,
        runnable: looks > 0 ? runnable / looks : now.runnable,
        cpus: now.cpus,
      };
    },
    stop: () => clearInterval(timer),
  };
}

function read(cpus: readonly number[]) {
  let text: string;
  try {
    text = readFileSync('/proc/stat', 'utf8');
  } catch {
    return undefined;
  }
  const rows = [...text.matchAll(/^cpu(\d+) (.*)$/gm)].filter(
    ([, cpu]) => cpus.length === 0 || cpus.includes(Number(cpu)),
  );
  let [busy, stolen] = [0, 0];
  for (const [, , times = ''] of rows) {
    // Without interrupts: they are counted for no process, ours neither.
    const [user = 0, nice = 0, system = 0, , , , , steal = 0] = times.split(' ').map(Number);
    busy += user + nice + system;
    stolen += steal;
  }
  const runnable = Number(/^procs_running (\d+)/m.exec(text)?.[1] ?? 0);
  return { busyS: busy / TICKS_PER_S, stealS: stolen / TICKS_PER_S, runnable, cpus: rows.length };
}
