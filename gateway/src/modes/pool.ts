/** "Traffic Cop": piscina, a fixed number of threads, a bounded queue in front of them. */
import { piscina } from '../compute/piscina.ts';
import { pooled } from '../compute/pooled.ts';

export const create = pooled(piscina, 'js');
