const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));

/** The entry of a thread that computes with this kernel: `.js` once built, `.ts` under a test runner. */
export const threadFile = (kernel: string) => new URL(`./threads/${kernel}${extension}`, import.meta.url);
