/** Good, slower by so many milliseconds for each write that must be safe, or full. */
export type DiskState = 'good' | `slow ${number}` | 'full';

/** How faults are made: one implementation a runtime. */
export interface Engine {
  /** Sends a signal to the process of a service, as from inside: whatever keeps it alive takes it for its own end. */
  signal(service: string, signal: 'TERM' | 'KILL'): Promise<void>;
  /** Stops the process from running, or lets it run again. */
  freeze(service: string, frozen: boolean): Promise<void>;
  /** Takes away the memory that the service uses until the kernel kills it. Throws a `Failure` where that cannot be done. */
  starve(service: string): Promise<void>;
  /** Makes the disk under Redis bad, or good again. Throws a `Failure` where that cannot be done. */
  disk(state: DiskState): Promise<void>;
  /** The present run of a service: another `id` after each start. Undefined while it does not run. */
  run(service: string): Promise<{ id: string; upS: number } | undefined>;
}
