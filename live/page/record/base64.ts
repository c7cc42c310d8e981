/** Text as gzip in base64 and back, with what browsers and Node have. */

export async function toBase64(text: string): Promise<string> {
  const packed = await through(text, new CompressionStream('gzip'));
  const bytes = new Uint8Array(await packed.arrayBuffer());
  let binary = '';
  // In pieces: each byte becomes an argument, and there is a limit to them.
  for (let i = 0; i < bytes.length; i += 8_192) binary += String.fromCharCode(...bytes.subarray(i, i + 8_192));
  return btoa(binary);
}

export async function fromBase64(base64: string): Promise<string> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return (await through(bytes, new DecompressionStream('gzip'))).text();
}

function through(content: BlobPart, stream: CompressionStream | DecompressionStream): Promise<Blob> {
  return new Response(new Blob([content]).stream().pipeThrough(stream)).blob();
}
