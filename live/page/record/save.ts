/** A visit as one file that needs nothing: the page's own code, and what was recorded. */
import type { Hello } from '../../src/contract.ts';
import { toBase64 } from './base64.ts';

/** Where a recording is in its file. */
export const RECORDING_ID = 'recording';

/** The recording of a saved page; null in a live one. */
export function recordingHere(): string | null {
  return document.getElementById(RECORDING_ID)?.textContent?.trim() ?? null;
}

/** @returns the file's HTML. Nothing in it comes from the address, so there is no token in it. */
export async function fileOf(text: string, hello: Hello): Promise<string> {
  const [code, style] = await Promise.all(['page.js', 'page.css'].map(async (name) => (await fetch(name)).text()));
  const title = `Heavy Lifter, recorded ${new Date(hello.startedAt).toISOString().slice(0, 16)}Z, commit ${hello.commit}`;
  // Its own policy: nothing is loaded from anywhere, whatever the recording says.
  const policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:";
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title.replaceAll(/[<&"]/g, '')}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
<body><live-page></live-page>
<script type="text/plain" id="${RECORDING_ID}">${await toBase64(text)}</script>
<script type="module">${code}</script>
</body>
</html>
`;
}

/** Hands a file to the browser's downloads. */
export function download(name: string, content: string) {
  const url = URL.createObjectURL(new Blob([content], { type: 'text/html' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
