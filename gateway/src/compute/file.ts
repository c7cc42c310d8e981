const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));

/** The thread's entry beside this file: `.js` once built, `.ts` under a test runner. */
export const threadFile = new URL(`./thread${extension}`, import.meta.url);
