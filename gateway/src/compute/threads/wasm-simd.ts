import * as kernel from '@heavy-lifter/workloads/wasm-simd';
import { computeThread } from '../thread.ts';

export default computeThread(kernel);
