import { openWithVault } from '../../buckets/index.ts'
import { Fault } from '../../fault.ts'
import type { Kms } from '../../kms/index.ts'
import type { ObjectHead, ObjectPage, ObjectStore, OpenObject } from '../../ports/object-store.ts'
import { defineEndpoint } from '../endpoint.ts'
import { refused } from './refused.ts'

/**
 * The objects of a bucket, whole, in the order of their keys: for each a line of JSON, and behind it as many bytes as
 * its `size` says. One answer instead of one for each object, for whoever reads all of them.
 *
 * Buckets of other stores that trails may deliver into are read like ours; with `store`, what imports may be read from.
 *
 * The operator holds the vault, so objects under KMS keys are decrypted whoever the keys belong to, disabled ones too;
 * where a key is gone, the line says so with `problem` and no bytes follow.
 */
export const readObjects = defineEndpoint({
  method: 'GET',
  path: '/_cairn/v1/objects',
  uses: ['destinations', 'storeImports', 'kms'],
  access: 'operator',
  readOnly: true,
  run({ query, signal }, { destinations, storeImports, kms }) {
    const [bucket, prefix, store] = [query.get('bucket') ?? '', query.get('prefix') ?? '', query.get('store')]
    let objects: ObjectStore | undefined
    try {
      objects = store === null ? destinations.find(bucket)?.objects : storeImports.objects({ store, bucket, prefix })
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      return refused(error.code, error.message)
    }
    if (objects === undefined) return refused('NoSuchBucket', `there is no bucket ${bucket} here`)
    return {
      status: 200,
      contentType: 'application/octet-stream',
      body: objectsOf({ objects, kms }, bucket, prefix, signal),
    }
  },
})

/** Listed at once, while those of the page before are sent: few, so that the first come soon. */
const pageMax = 200

/** Objects that are opened and read while an earlier one is sent. Small ones only: large ones are streamed. */
const aheadMax = 8
const aheadBytesMax = 1024 * 1024

interface Source {
  readonly objects: ObjectStore
  readonly kms: Kms
}

async function* objectsOf(
  source: Source,
  bucket: string,
  prefix: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const ahead: Promise<readonly Uint8Array[] | ObjectHead>[] = []
  const send = async function* (next: Promise<readonly Uint8Array[] | ObjectHead> | undefined) {
    const found = (await next) ?? []
    if ('key' in found) yield* streamed(source, bucket, found)
    else yield* found
  }
  const list = (startAfter?: string): Promise<ObjectPage> => {
    const page = source.objects.list({
      bucket,
      prefix,
      limit: pageMax,
      ...(startAfter !== undefined && { startAfter }),
    })
    // A failure comes up when the page is wanted.
    page.catch(() => undefined)
    return page
  }
  for (let listing: Promise<ObjectPage> | undefined = list(); listing !== undefined; ) {
    const page: ObjectPage = await listing
    listing = page.next === undefined ? undefined : list(page.next)
    for (const head of page.objects) {
      signal.throwIfAborted()
      const next = head.size > aheadBytesMax ? Promise.resolve(head) : whole(source, bucket, head)
      // Whoever reads ahead may give up before this is waited for.
      next.catch(() => undefined)
      ahead.push(next)
      if (ahead.length > aheadMax) yield* send(ahead.shift())
    }
  }
  for (const next of ahead) yield* send(next)
}

/** Line and content of a small object; nothing when it is gone meanwhile. */
async function whole(source: Source, bucket: string, { key }: ObjectHead): Promise<readonly Uint8Array[]> {
  const object = await source.objects.open(bucket, key)
  if (object === undefined) return []
  try {
    const plain = openWithVault(object, source.kms)
    const chunks = [line(object.head, plain)]
    for await (const chunk of plain?.read() ?? []) chunks.push(chunk)
    return [Buffer.concat(chunks)]
  } finally {
    await object.close()
  }
}

async function* streamed(source: Source, bucket: string, { key }: ObjectHead): AsyncGenerator<Uint8Array> {
  const object = await source.objects.open(bucket, key)
  if (object === undefined) return
  try {
    const plain = openWithVault(object, source.kms)
    yield line(object.head, plain)
    if (plain !== undefined) yield* plain.read()
  } finally {
    await object.close()
  }
}

const metadataPrefix = 'x-amz-meta-'

function line({ key, size, lastModifiedMs, headers }: ObjectHead, plain: OpenObject | undefined): Uint8Array {
  const metadata = Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      name.startsWith(metadataPrefix) ? [[name.slice(metadataPrefix.length), value]] : [],
    ),
  )
  const told = { key, storedAtMs: lastModifiedMs, metadata }
  const rest = plain === undefined ? { size: 0, problem: 'is under a KMS key that is gone' } : { size }
  return Buffer.from(`${JSON.stringify({ ...told, ...rest })}\n`)
}
