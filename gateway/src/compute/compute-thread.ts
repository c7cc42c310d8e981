/** What a thread of this process starts with that is there to compute; its first argument is the file of the kernel. */
import type { Kernel } from './share.ts';
import { computeThread } from './thread.ts';

// By its address: to look a package up anew would be a tenth of what a thread's start takes.
const kernel: Kernel = await import(process.argv[2] as string);

export default computeThread(kernel);
