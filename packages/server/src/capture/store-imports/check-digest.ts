import {
  type Finding,
  judgeDigest,
  judgeListedFiles,
  type ListedFile,
  nameOfKey,
  type SeenDigest,
  type SeenFile,
} from '@cairn/core/digest'
import type { ObjectHead } from '../../ports/object-store.ts'
import type { PublicKeys } from '../../proofs/index.ts'
import { hashObject, readObject, seeDigest } from './read-evidence.ts'
import { isAllowed, type Source } from './source.ts'

/** A finding, and the object that it is about. */
export interface DigestFinding extends Finding {
  readonly key: string
}

/** Files of one digest that are read at a time. */
const filesAtATime = 8

/**
 * Holds a digest against the keys, the digest before it against what this one says, and each file that it lists against
 * its hash, by the rules of `cairn verify`. What only the whole of a bucket shows is not seen here: files on no list,
 * and digests that never came.
 *
 * @throws Fault `object.*` when something cannot be read now
 */
export async function checkDigest(
  source: Source,
  { key }: Pick<ObjectHead, 'key'>,
  { keys, signal }: { readonly keys: PublicKeys; readonly signal: AbortSignal },
): Promise<readonly DigestFinding[]> {
  const { store, bucket } = source
  const object = await readObject(store.objects, bucket, key)
  const seen = object && seeDigest(bucket, object, keys)
  if (seen === undefined) return []
  const { problems, isProven } = judgeDigest(seen, undefined)
  const found = problems.map((problem) => ({ ...problem, ...placeOf(seen), key }))
  // Nobody knows who wrote its list.
  if (!isProven || seen.content.kind !== 'read') return found
  return [...found, ...(await checkPredecessor(source, seen, keys)), ...(await checkFiles(source, seen, signal))]
}

async function checkPredecessor(source: Source, seen: SeenDigest, keys: PublicKeys): Promise<readonly DigestFinding[]> {
  const link = seen.content.kind === 'read' ? seen.content.digest.previous : undefined
  if (link === undefined || !isWithin(source, link)) return []
  const object = await readObject(source.store.objects, link.bucket, link.key)
  if (object === undefined) {
    const sentence = `The digest ${nameOfKey(link.key)}, which comes before ${nameOfKey(seen.key)}, is gone`
    const place = `s3://${link.bucket}/${link.key}`
    return [{ kind: 'digests-missing', sentence, ...placeOf(seen), place, key: link.key }]
  }
  const before = seeDigest(link.bucket, object, keys)
  if (before === undefined) return []
  // Its own check tells what is wrong with itself; here counts what its successor says of it.
  const replaced = judgeDigest(before, link).problems.filter(({ kind }) => kind === 'digest-replaced')
  return replaced.map((problem) => ({ ...problem, ...placeOf(before), key: before.key }))
}

async function checkFiles(source: Source, seen: SeenDigest, signal: AbortSignal): Promise<readonly DigestFinding[]> {
  const listed = seen.content.kind === 'read' ? seen.content.digest.files : []
  const files = new Map<string, SeenFile | 'gone' | 'elsewhere'>()
  for (let from = 0; from < listed.length; from += filesAtATime) {
    signal.throwIfAborted()
    const some = listed.slice(from, from + filesAtATime)
    const read = await Promise.all(some.map((file) => seeFile(source, file, seen)))
    for (const [index, { key }] of some.entries()) files.set(key, read[index] ?? 'elsewhere')
  }
  const { findings } = judgeListedFiles([seen], ({ key }) => files.get(key) ?? 'elsewhere')
  const keyOf = (place: string) => place.slice(place.startsWith('s3://') ? `s3://${source.bucket}/`.length : 0)
  return findings.map((finding) => ({ ...finding, key: keyOf(finding.place) }))
}

async function seeFile(
  source: Source,
  listed: ListedFile,
  { name }: SeenDigest,
): Promise<SeenFile | 'gone' | 'elsewhere'> {
  const { bucket, key } = listed
  if (!isWithin(source, listed)) return 'elsewhere'
  const object = await readObject(source.store.objects, bucket, key)
  if (object === undefined) return 'gone'
  const content = await hashObject(object)
  return { place: `s3://${bucket}/${key}`, bucket, key, content, region: name.region, stampMs: name.endMs }
}

/** Whether it may be read, and is followed at all. */
function isWithin(
  { store, bucket, prefix }: Source,
  place: { readonly bucket: string; readonly key: string },
): boolean {
  return place.bucket === bucket && place.key.startsWith(prefix) && isAllowed(store, bucket, place.key)
}

function placeOf({ place, name, content }: SeenDigest) {
  const fromMs = content.kind === 'read' ? content.digest.window.startMs : name.endMs
  return { place, region: name.region, fromMs, untilMs: name.endMs }
}
