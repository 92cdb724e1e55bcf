/**
 * The few things that the log and the tables ask of a file system, so that a simulated one can stand in and lose what a
 * real one may lose. Errors are Node's: their `code` is ENOENT, EEXIST, ENOSPC, EIO and so on. Paths use `/`.
 */
export interface Disk {
  /**
   * `create`: a new file, for reading and writing; fails with EEXIST. `append`: an existing one, for both, whose writes
   * are durable when they return.
   */
  open(path: string, mode: 'create' | 'append' | 'read'): Promise<DiskFile>
  /** Names in a directory, in no order; none when it does not exist. */
  list(directory: string): Promise<readonly string[]>
  /** Makes a directory and its parents, durably. */
  makeDirectory(path: string): Promise<void>
  /** Replaces `to` if it exists. Durable only after `syncDirectory`. */
  rename(from: string, to: string): Promise<void>
  /** Gives the file a second name. Durable only after `syncDirectory`. Fails with EXDEV across file systems. */
  link(from: string, to: string): Promise<void>
  /** Removes a name if it exists. Durable only after `syncDirectory`. */
  remove(path: string): Promise<void>
  syncDirectory(path: string): Promise<void>
  /** Bytes an ordinary user may still write where `path` is. */
  freeBytes(path: string): Promise<number>
  /**
   * Makes this process the only one that writes where `path` lies, until disposal.
   *
   * @throws Fault `log.locked` when a living process holds it
   */
  lock(path: string): Promise<AsyncDisposable>
}

export interface DiskFile {
  size(): Promise<number>
  /** Fills `into` from `at`; returns the count of bytes, less than asked only at the end of the file. */
  read(into: Uint8Array, at: number): Promise<number>
  /** Writes all of `bytes` or fails; after a failure any part may have been written and any part durable. */
  write(bytes: Uint8Array, at: number): Promise<void>
  truncate(size: number): Promise<void>
  /** Makes content and size durable. After a failure nothing is known about what is. */
  sync(): Promise<void>
  /** After what is under way; may be called again. Nothing else may. */
  close(): Promise<void>
}

/** The errno name of a file system error. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** Whether an error says that there is no room: the disk or the quota is used up. */
export function isNoSpace(error: unknown): boolean {
  const code = errorCode(error)
  return code === 'ENOSPC' || code === 'EDQUOT'
}

/** Bytes `[start, end)` of a file; shorter when the file ends before. */
export async function readRange(file: DiskFile, start: number, end: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(Math.max(0, end - start))
  const count = await file.read(buffer, start)
  return count === buffer.length ? buffer : buffer.subarray(0, count)
}

/**
 * Creates or replaces a file so that a crash leaves the old or the new one, whole: `fill` writes a temporary file,
 * which is then synced and renamed.
 */
export async function publish(
  disk: Disk,
  directory: string,
  name: string,
  fill: (file: DiskFile) => Promise<void>,
): Promise<void> {
  const temporary = `${directory}/${name}${temporarySuffix}`
  await disk.remove(temporary)
  try {
    const file = await disk.open(temporary, 'create')
    try {
      await fill(file)
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    // Free the space again; the first error is the one worth telling.
    await disk.remove(temporary).catch(() => {})
    throw error
  }
  await disk.rename(temporary, `${directory}/${name}`)
  await disk.syncDirectory(directory)
}

/** Files with this ending were not finished; they are removed at the next start. */
export const temporarySuffix = '.tmp'
