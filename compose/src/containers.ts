/**
 * What `docker.sh` has to know before it can start anything, asked of the image `loadgen`, so that the host needs no Node:
 * checks the settings and prints those of compose.yaml, one NAME=value a line. Lines behind `services ` are for the
 * services' own environment.
 */
import { UserError } from './errors.ts';
import { planCpus } from './plan.ts';
import { architectures, portNames, readSettings, readShared } from './settings.ts';

try {
  const settings = readSettings(process.env);
  const shared = readShared(process.env);
  const plan = planCpus(settings.CPUS, settings.REDIS_CPUS, true);
  const threads = settings.THREADS ?? String(plan.serviceCores);
  const modes = settings.MODE === 'all' ? architectures : [settings.MODE];
  const { gateway, unpooled, rust, redis } = shared.memory;

  print('', {
    SERVICE_CPUS: plan.service,
    GENERATOR_CPUS: plan.generator,
    REDIS_CPUSET: plan.redis,
    THREADS: threads,
    ...Object.fromEntries(
      modes.map((mode) => [`PORT_${mode.toUpperCase()}`, settings[portNames(mode, settings).port]]),
    ),
    WORKERS: settings.WORKERS,
    GATEWAYS: settings.GATEWAYS,
    // Behind one port the gateways themselves have any.
    ...(settings.GATEWAYS > 1 ? { FRONT_PORT: settings.PORT, PORT_QUEUE: 0 } : {}),
    GATEWAY_MEMORY: gateway,
    UNPOOLED_MEMORY: unpooled,
    RUST_MEMORY: rust,
    REDIS_MEMORY: redis,
  });
  const { CONCURRENCY } = settings;
  print('services ', { ...shared.env, THREADS: threads, ...(CONCURRENCY ? { CONCURRENCY } : {}) });
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

function print(prefix: string, values: Record<string, string | number>): void {
  for (const [name, value] of Object.entries(values)) console.log(`${prefix}${name}=${value}`);
}
