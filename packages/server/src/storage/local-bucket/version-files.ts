import { link, readdir, readFile, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { NULL_VERSION, type VersionHead } from '../../ports/object-store.ts'
import { type DiskFile, errorCode } from '../disk/index.ts'
import type { Directories } from './directories.ts'
import type { KeyPath } from './key-path.ts'
import { isMissing, openIfPresent, type ReadHead, readHeadAt, readTail, type StoredHead } from './object-file.ts'

/*
 * The files of one key (grammar in key-path.ts): `name@` is the latest version, `name@v<seq>` are the older ones and
 * `name@a<seq>` the attributes of a version that were changed after it was written.
 *
 * States and the one step that leads from each to the next, so that a crash leaves one or the other:
 *   replace   rename(new, name@)
 *   keep      link(name@, name@v<seq>), then rename(new, name@); in between the latest has two names and counts once
 *   promote   rename(name@v<seq>, name@) destroys the latest and makes its predecessor the latest
 *   last one  unlink(name@)
 * `name@` exists whenever any version does. Of two null versions, which a crash can leave, the newer counts.
 */

export interface KeyFiles {
  readonly directory: string
  readonly file: string
}

export function keyFiles(root: string, path: KeyPath): KeyFiles {
  return { directory: join(root, ...path.directories), file: path.file }
}

/** `seq` stays below 2^53. */
function seqName(seq: number): string {
  return seq.toString(16).padStart(14, '0')
}

export function latestPath({ directory, file }: KeyFiles): string {
  return join(directory, file)
}

export function olderPath({ directory, file }: KeyFiles, seq: number): string {
  return join(directory, `${file}v${seqName(seq)}`)
}

export function attributesPath({ directory, file }: KeyFiles, seq: number): string {
  return join(directory, `${file}a${seqName(seq)}`)
}

/** A version id says where its file is: the sequence number, then 18 random digits. */
export function mintVersionId(seq: number, random: Uint8Array): string {
  return seqName(seq) + Buffer.from(random.subarray(0, 9)).toString('hex')
}

function seqOfVersionId(versionId: string): number | undefined {
  return /^[0-9a-f]{32}$/.test(versionId) ? Number.parseInt(versionId.slice(0, 14), 16) : undefined
}

export interface StoredVersion extends ReadHead {
  readonly path: string
  readonly isLatest: boolean
}

export async function readLatest(files: KeyFiles): Promise<StoredVersion | undefined> {
  const path = latestPath(files)
  const read = await readHeadAt(path)
  return read && { ...read, path, isLatest: true }
}

/** All versions, newest first, each once; and the paths of null versions that a newer one has outlived. */
export async function readVersions(
  files: KeyFiles & { readonly older?: readonly string[] },
): Promise<{ readonly versions: readonly StoredVersion[]; readonly outlived: readonly string[] }> {
  const latest = await readLatest(files)
  if (!latest) return { versions: [], outlived: [] }
  const versions = [latest]
  const outlived: string[] = []
  let nullSeen = latest.head.versionId === NULL_VERSION
  const older = files.older ?? (await olderNames(files))
  for (const name of older.toReversed()) {
    const path = join(files.directory, name)
    const read = await readHeadAt(path)
    if (!read || read.head.seq === latest.head.seq) continue
    const isNull = read.head.versionId === NULL_VERSION
    if (isNull && nullSeen) outlived.push(path)
    else versions.push({ ...read, path, isLatest: false })
    nullSeen ||= isNull
  }
  return { versions, outlived }
}

async function olderNames({ directory, file }: KeyFiles): Promise<readonly string[]> {
  return (await readdir(directory)).filter((name) => name.startsWith(`${file}v`)).sort()
}

/** One version by its id. */
export async function findVersion(files: KeyFiles, versionId: string): Promise<StoredVersion | undefined> {
  const latest = await readLatest(files)
  if (!latest || latest.head.versionId === versionId) return latest
  const seq = seqOfVersionId(versionId)
  if (seq === undefined) {
    return versionId === NULL_VERSION
      ? (await readVersions(files)).versions.find((version) => version.head.versionId === NULL_VERSION)
      : undefined
  }
  const path = olderPath(files, seq)
  const read = await readHeadAt(path)
  return read?.head.versionId === versionId ? { ...read, path, isLatest: false } : undefined
}

/** Opens a version, the latest when none is named. One may be elsewhere by the time it is opened: then asks again. */
export async function openVersionFile(
  files: KeyFiles,
  versionId?: string,
): Promise<{ readonly file: DiskFile; readonly version: StoredVersion } | undefined> {
  for (let attempt = 1; attempt <= openAttemptsMax; attempt += 1) {
    const found =
      versionId === undefined ? { path: latestPath(files), isLatest: true } : await findVersion(files, versionId)
    if (!found) return undefined
    const file = await openIfPresent(found.path)
    if (!file && versionId === undefined) return undefined
    if (!file) continue
    try {
      const version = { ...found, ...(await readTail(file, found.path)) }
      if (versionId === undefined || version.head.versionId === versionId) return { file, version }
    } catch (error) {
      await file.close()
      throw error
    }
    await file.close()
  }
  return undefined
}

/** Losing the race against a replacement this often means the version is being overwritten all the time. */
const openAttemptsMax = 20

export async function readAttributes(files: KeyFiles, head: StoredHead): Promise<Readonly<Record<string, string>>> {
  try {
    return JSON.parse(await readFile(attributesPath(files, head.seq), 'utf8'))
  } catch (error) {
    if (isMissing(error)) return head.attributes ?? {}
    throw error
  }
}

export async function versionHead(files: KeyFiles, version: StoredVersion): Promise<VersionHead> {
  return { ...listedVersion(version), attributes: await readAttributes(files, version.head) }
}

export function listedVersion({ head, size, isLatest }: StoredVersion): Omit<VersionHead, 'attributes'> {
  return {
    key: head.key,
    size,
    etag: head.etag,
    lastModifiedMs: head.lastModifiedMs,
    headers: head.headers,
    ...(head.writtenBy !== undefined && { writtenBy: head.writtenBy }),
    versionId: head.versionId,
    isLatest,
    isDeleteMarker: head.deleteMarker ?? false,
  }
}

/** Gives the latest version its second name, under which it stays when `name@` is replaced. */
export async function keepLatest(files: KeyFiles, latest: StoredVersion): Promise<void> {
  try {
    await link(latest.path, olderPath(files, latest.head.seq))
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  }
}

/** Removes one version for good. The caller holds the key's lock and commits the directory. */
export async function removeVersion(files: KeyFiles, version: StoredVersion, directories: Directories): Promise<void> {
  if (version.isLatest) {
    const { versions, outlived } = await readVersions(files)
    for (const path of outlived) await unlinkIfPresent(path)
    const next = versions[1]
    if (next) await rename(next.path, version.path)
    else await unlink(version.path)
    await unlinkIfPresent(olderPath(files, version.head.seq))
  } else {
    await unlink(version.path)
  }
  await directories.commit(files.directory)
  await unlinkIfPresent(attributesPath(files, version.head.seq))
}

export async function unlinkIfPresent(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}
