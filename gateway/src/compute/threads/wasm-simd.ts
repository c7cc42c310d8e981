import { computeThread } from '../thread.ts';
import { sumRange } from '../wasm.ts';

export default computeThread(sumRange);
