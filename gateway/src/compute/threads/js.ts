import { sumRange } from '../../workload.ts';
import { computeThread } from '../thread.ts';

export default computeThread(sumRange);
