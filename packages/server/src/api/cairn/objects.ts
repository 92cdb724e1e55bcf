import type { ObjectHead, ObjectStore } from '../../ports/object-store.ts'
import { defineEndpoint } from '../endpoint.ts'

/**
 * The objects of a bucket, whole, in the order of their keys: for each a line of JSON, and behind it as many bytes as
 * its `size` says. One answer instead of one for each object, for whoever reads all of them.
 */
export const readObjects = defineEndpoint({
  method: 'GET',
  path: '/_cairn/v1/objects',
  uses: ['buckets'],
  access: 'operator',
  readOnly: true,
  run({ query, signal }, { buckets }) {
    const bucket = query.get('bucket') ?? ''
    if (buckets.find(bucket) === undefined) {
      const message = `there is no bucket ${bucket} here`
      return { status: 400, contentType: 'application/json', body: JSON.stringify({ code: 'NoSuchBucket', message }) }
    }
    const body = objectsOf(buckets.objects, bucket, query.get('prefix') ?? '', signal)
    return { status: 200, contentType: 'application/octet-stream', body }
  },
})

const pageMax = 1_000

/** Objects that are opened and read while an earlier one is sent. Small ones only: large ones are streamed. */
const aheadMax = 8
const aheadBytesMax = 1024 * 1024

async function* objectsOf(
  objects: ObjectStore,
  bucket: string,
  prefix: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const ahead: Promise<readonly Uint8Array[] | ObjectHead>[] = []
  const send = async function* (next: Promise<readonly Uint8Array[] | ObjectHead> | undefined) {
    const found = (await next) ?? []
    if ('key' in found) yield* streamed(objects, bucket, found)
    else yield* found
  }
  for (let startAfter: string | undefined, isLast = false; !isLast; ) {
    const page = await objects.list({ bucket, prefix, limit: pageMax, ...(startAfter !== undefined && { startAfter }) })
    for (const head of page.objects) {
      signal.throwIfAborted()
      const next = head.size > aheadBytesMax ? Promise.resolve(head) : whole(objects, bucket, head)
      // Whoever reads ahead may give up before this is waited for.
      next.catch(() => undefined)
      ahead.push(next)
      if (ahead.length > aheadMax) yield* send(ahead.shift())
    }
    startAfter = page.next
    isLast = startAfter === undefined
  }
  for (const next of ahead) yield* send(next)
}

/** Line and content of a small object; nothing when it is gone meanwhile. */
async function whole(objects: ObjectStore, bucket: string, { key }: ObjectHead): Promise<readonly Uint8Array[]> {
  const object = await objects.open(bucket, key)
  if (object === undefined) return []
  try {
    const chunks = [line(object.head)]
    for await (const chunk of object.read()) chunks.push(chunk)
    return [Buffer.concat(chunks)]
  } finally {
    await object.close()
  }
}

async function* streamed(objects: ObjectStore, bucket: string, { key }: ObjectHead): AsyncGenerator<Uint8Array> {
  const object = await objects.open(bucket, key)
  if (object === undefined) return
  try {
    yield line(object.head)
    yield* object.read()
  } finally {
    await object.close()
  }
}

const metadataPrefix = 'x-amz-meta-'

function line({ key, size, lastModifiedMs, headers }: ObjectHead): Uint8Array {
  const metadata = Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      name.startsWith(metadataPrefix) ? [[name.slice(metadataPrefix.length), value]] : [],
    ),
  )
  return Buffer.from(`${JSON.stringify({ key, size, storedAtMs: lastModifiedMs, metadata })}\n`)
}
