import { mkdir, open, readdir, readFile, rename, rm, rmdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '../../fault.ts'
import { errorCode, syncDirectory } from '../disk/index.ts'
import { writeFully } from './body.ts'
import { parseEntryName } from './key-path.ts'
import { isMissing } from './object-file.ts'

/*
 * The directory of a store:
 *
 *   format.json   {"format":"cairn-objects","version":1}
 *   buckets/      one directory per bucket, below it the keys (key-path.ts)
 *   tmp/          what is being written; emptied at start
 */
const formatVersion = 1

export interface Root {
  readonly tmp: string
  /** @throws Fault `object.bucket-name` */
  bucketPath(bucket: string): string
  /** @throws Fault `object.no-such-bucket` */
  requireBucket(bucket: string): Promise<string>
  createBucket(bucket: string): Promise<void>
  /** @throws Fault `object.bucket-not-empty` */
  deleteBucket(bucket: string): Promise<void>
}

/** Opens or makes the directory of a store; sweeps what a killed process left half written. */
export async function openRoot(directory: string): Promise<Root> {
  const tmp = join(directory, 'tmp')
  const buckets = join(directory, 'buckets')
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await checkFormat(directory)
  await rm(tmp, { recursive: true, force: true })
  await mkdir(tmp)
  await mkdir(buckets, { recursive: true })
  await syncDirectory(directory)

  function bucketPath(bucket: string): string {
    // Names are checked where buckets are created; this is the last line before the file system.
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\+[a-z]+)?$/.test(bucket) || bucket.includes('..')) {
      throw new Fault('object.bucket-name', 'not the name of a bucket', { bucket })
    }
    return join(buckets, bucket)
  }

  /** Buckets that were seen: one process owns the directory, so they stay until it removes them. */
  const known = new Set<string>()

  return {
    tmp,
    bucketPath,
    async requireBucket(bucket) {
      const path = bucketPath(bucket)
      if (known.has(bucket)) return path
      try {
        await stat(path)
        known.add(bucket)
        return path
      } catch (error) {
        if (isMissing(error)) throw noSuchBucket(bucket)
        throw error
      }
    },
    async createBucket(bucket) {
      await mkdir(bucketPath(bucket), { recursive: true })
      await syncDirectory(buckets)
    },
    async deleteBucket(bucket) {
      known.delete(bucket)
      await removeEmptyTree(bucketPath(bucket), bucket)
      known.delete(bucket)
      await syncDirectory(buckets)
    },
  }
}

export function noSuchBucket(bucket: string): Fault {
  return new Fault('object.no-such-bucket', 'there is no such bucket', { bucket })
}

/**
 * Removes directories from the bottom up. A put that comes in between either finds its directory gone and fails with
 * the bucket, or makes one of these fail: `rmdir` decides, not the look before it.
 */
async function removeEmptyTree(path: string, bucket: string): Promise<void> {
  try {
    const names = await readdir(path)
    const objects = new Set(names.filter((name) => ['object', 'older'].includes(parseEntryName(name).kind)))
    if (objects.size > 0) throw notEmpty(bucket)
    for (const name of names) {
      // Attributes whose version is gone are what a crash can leave.
      if (parseEntryName(name).kind === 'attributes') await unlink(join(path, name))
      else await removeEmptyTree(join(path, name), bucket)
    }
    await rmdir(path)
  } catch (error) {
    if (errorCode(error) === 'ENOTEMPTY') throw notEmpty(bucket)
    if (isMissing(error)) throw noSuchBucket(bucket)
    throw error
  }
}

function notEmpty(bucket: string): Fault {
  return new Fault('object.bucket-not-empty', 'the bucket still holds objects', { bucket })
}

/** @throws Fault `object.damaged`, `object.format-newer` */
async function checkFormat(directory: string): Promise<void> {
  const path = join(directory, 'format.json')
  if (await isFormatKnown(directory)) return
  await writeDurably(directory, path, JSON.stringify({ format: 'cairn-objects', version: formatVersion }))
}

/** False where nothing is written yet. @throws Fault `object.damaged`, `object.format-newer` */
export async function isFormatKnown(directory: string): Promise<boolean> {
  const path = join(directory, 'format.json')
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
  const [, version] = /^\{"format":"cairn-objects","version":([1-9]\d*)\}$/.exec(text) ?? []
  if (version === undefined) {
    throw new Fault('object.damaged', 'not a directory of objects', {
      path,
      what: 'format.json is not as it was written',
    })
  }
  if (Number(version) > formatVersion) {
    throw new Fault('object.format-newer', 'objects written by a newer version', {
      path,
      version,
      known: formatVersion,
    })
  }
  return true
}

/** Replaces a small file: written beside it in `tmp`, synced, renamed. */
export async function writeDurably(tmp: string, path: string, text: string): Promise<void> {
  const draft = join(tmp, `${path.slice(path.lastIndexOf('/') + 1)}.draft`)
  const file = await open(draft, 'w')
  try {
    await writeFully(file, Buffer.from(text, 'utf8'))
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, path)
}
