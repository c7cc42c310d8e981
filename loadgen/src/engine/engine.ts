/** Good, slower by so many milliseconds for each write that must be safe, or full. */
export type DiskState = 'good' | `slow ${number}` | 'full';

/** Where what runs the services can be spoken to. */
export interface EngineSettings {
  /** Of the local runner. */
  readonly CONTROL_SOCKET: string;
  readonly DISK_FAULT_FILE?: string | undefined;
  /** Of the container engine, and the project whose containers are ours. */
  readonly DOCKER_SOCKET: string;
  readonly PROJECT: string;
}

/** A service as it is now. Null: cannot be told. */
export interface ServiceState {
  readonly name: string;
  readonly state: 'running' | 'starting' | 'paused' | 'stopped' | 'unknown';
  /** When it came into that state: milliseconds since the epoch. */
  readonly since: number;
  /** Cores used since it was asked for last. */
  readonly cpu: number | null;
  readonly rssBytes: number | null;
  readonly restarts: number | null;
}

/** How services are watched and faults are made: one implementation a runtime. */
export interface Engine {
  /** Sends a signal to the process of a service, as from inside: whatever keeps it alive takes it for its own end. */
  signal(service: string, signal: 'TERM' | 'KILL'): Promise<void>;
  /** Stops the process from running, or lets it run again. */
  freeze(service: string, frozen: boolean): Promise<void>;
  /** Ends a service, which then stays down. Resolves when it has ended. */
  stop(service: string): Promise<void>;
  /** Starts a service that was stopped. */
  start(service: string): Promise<void>;
  /** Takes away the memory that the service uses until the kernel kills it. Throws a `Failure` where that cannot be done. */
  starve(service: string): Promise<void>;
  /** Makes the disk under Redis bad, or good again. Throws a `Failure` where that cannot be done. */
  disk(state: DiskState): Promise<void>;
  /** The present run of a service: another `id` after each start. Undefined while it does not run. */
  run(service: string): Promise<{ id: string; upS: number } | undefined>;
  /** Those of these names, in their order; one that is not here is unknown. */
  services(names: readonly string[]): Promise<ServiceState[]>;
  close(): Promise<void>;
}

/** What is said of a service that is not here. */
export const unknown = (name: string): ServiceState => ({
  name,
  state: 'unknown',
  since: Date.now(),
  cpu: null,
  rssBytes: null,
  restarts: null,
});
