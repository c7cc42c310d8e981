/** One thing that the program can do; resolves to the folder that it worked on, if the caller needs it. */
export type Verb = (args: string[], signal: AbortSignal) => Promise<string | undefined>;
