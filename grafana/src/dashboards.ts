/** All dashboards, by the name of their file. */
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { faults } from './dashboards/faults.ts';
import { gateway } from './dashboards/gateway.ts';
import { overview } from './dashboards/overview.ts';
import { queue } from './dashboards/queue.ts';
import { rustServices } from './dashboards/rust-services.ts';

export const dashboards: Record<string, Dashboard> = { overview, gateway, queue, rust: rustServices, faults };
