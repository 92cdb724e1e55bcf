import { CommandFailure } from '../failure.ts'
import { type Installation, readJson } from '../installation/index.ts'
import type { EvidenceObject } from './evidence.ts'

/** What the endpoint tells of an object; its `size` bytes follow on the line. */
interface Head {
  readonly key: string
  readonly size: number
  readonly storedAtMs: number
  readonly metadata: Readonly<Record<string, string>>
  readonly problem?: string
}

const lineBytesMax = 64 * 1024
const lineFeed = 10

/** The objects of a bucket of the installation, whole, in the order of their keys. */
export async function* bucketEvidence(
  installation: Installation,
  {
    bucket,
    prefix,
    store,
    signal,
  }: {
    readonly bucket: string
    readonly prefix: string
    /** Of the configuration; absent for buckets that trails deliver into. */
    readonly store?: string
    readonly signal: AbortSignal
  },
): AsyncGenerator<EvidenceObject> {
  const answer = await installation.call({
    method: 'GET',
    path: '/_cairn/v1/objects',
    query: { bucket, prefix, store },
    signal,
  })
  if (answer.status >= 400) await readJson(answer)
  const reader = createReader(answer.body)
  for (let line = await reader.line(); line !== undefined; line = await reader.line()) {
    const { key, size, storedAtMs, metadata, problem } = JSON.parse(line) as Head
    const told = { key, bucket, place: `s3://${bucket}/${key}`, metadata, storedAtMs }
    if (problem === undefined) yield { ...told, bytes: await reader.bytes(size) }
    else yield { ...told, problem }
  }
}

/** Takes lines and bytes by turns off a stream. */
function createReader(body: AsyncIterable<Uint8Array>) {
  const chunks = body[Symbol.asyncIterator]()
  let rest: Uint8Array = new Uint8Array()

  async function more(): Promise<boolean> {
    const next = await chunks.next()
    if (next.done) return false
    rest = next.value
    return true
  }

  return {
    async line(): Promise<string | undefined> {
      const parts: Uint8Array[] = []
      for (let length = 0; length <= lineBytesMax; ) {
        const end = rest.indexOf(lineFeed)
        const part = end === -1 ? rest : rest.subarray(0, end)
        parts.push(part)
        length += part.length
        rest = rest.subarray(end === -1 ? rest.length : end + 1)
        if (end !== -1) return Buffer.concat(parts).toString()
        if (await more()) continue
        if (length === 0) return undefined
        break
      }
      throw cutShort()
    },
    async bytes(count: number): Promise<Uint8Array<ArrayBuffer>> {
      const bytes = new Uint8Array(count)
      for (let at = 0; at < count; ) {
        if (rest.length === 0 && !(await more())) throw cutShort()
        const part = rest.subarray(0, count - at)
        bytes.set(part, at)
        at += part.length
        rest = rest.subarray(part.length)
      }
      return bytes
    },
  }
}

function cutShort(): CommandFailure {
  return new CommandFailure('The objects stopped coming before their end.', {
    advice: 'The log of the server says why; then try again.',
  })
}
