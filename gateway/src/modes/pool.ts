/** "Traffic Cop": piscina, a fixed number of threads, a bounded queue in front of them. */
import { pooled } from '../compute/pooled.ts';

export const create = pooled('js');
