import * as kernel from '@heavy-lifter/workloads/js';
import { computeThread } from '../thread.ts';

export default computeThread(kernel);
