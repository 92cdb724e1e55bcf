/** Questions are short; what is longer is none. */
const bodyBytesMax = 1024 * 1024

/** A small body as text; empty when it is larger than any question to one of Cairn's endpoints. */
export async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > bodyBytesMax) return ''
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
