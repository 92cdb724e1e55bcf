import fs from 'node:fs'
import { link, mkdir, open, readdir, rename, statfs } from 'node:fs/promises'
import path from 'node:path'
import type { Disk, DiskFile } from './disk.ts'
import { errorCode } from './disk.ts'
import { lockFile } from './lock-file.ts'

// One system call that writes and syncs (what fdatasync syncs) instead of two: 8 % of the time of an append. Elsewhere
// the flag does less than Node's fdatasync, which on macOS also empties the drive's cache.
const writesAreDurable = process.platform === 'linux'
const openFlags = {
  create: fs.constants.O_RDWR | fs.constants.O_CREAT | fs.constants.O_EXCL,
  append: fs.constants.O_RDWR | (writesAreDurable ? fs.constants.O_DSYNC : 0),
  read: fs.constants.O_RDONLY,
}

/** The real file system. Files are private to the user, 0600, directories 0700. */
export function createNodeDisk(): Disk {
  return {
    open: openFile,
    list: async (directory) => {
      try {
        return await readdir(directory)
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return []
        throw error
      }
    },
    async makeDirectory(directory) {
      const firstMade = await mkdir(directory, { recursive: true, mode: 0o700 })
      if (firstMade === undefined) return
      // Each new directory is an entry of its parent, and only that parent's sync makes it durable.
      const above = path.dirname(firstMade)
      for (let made = directory; made !== above && made !== path.dirname(made); made = path.dirname(made)) {
        await syncDirectory(path.dirname(made))
      }
    },
    rename,
    link,
    remove,
    syncDirectory,
    freeBytes: async (file) => {
      const { bavail, bsize } = await statfs(file)
      return bavail * bsize
    },
    lock: lockFile,
  }
}

/** See `Disk.open`. */
export async function openFile(file: string, mode: 'create' | 'append' | 'read'): Promise<DiskFile> {
  const fd = await call<number>((done) => fs.open(file, openFlags[mode], 0o600, done))
  return nodeFile(fd, mode === 'append' && !writesAreDurable)
}

/** Without the checks that `rm` makes of what is there, at two calls more. */
async function remove(file: string): Promise<void> {
  try {
    await call<void>((done) => fs.unlink(file, done))
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
  }
}

/** Makes the names in a directory durable. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * Plain descriptors: a FileHandle costs twice as much per call, which shows where there are many small ones. Closed
 * under a call, or used after that, a descriptor may be another file's: closing waits for what is under way, and
 * nothing begins after it.
 */
function nodeFile(fd: number, syncsWrites: boolean): DiskFile {
  let underWay = 0
  let closing: Promise<void> | undefined
  let onIdle: (() => void) | undefined
  async function whileOpen<Value>(work: () => Promise<Value>): Promise<Value> {
    if (closing !== undefined) throw Object.assign(new Error('file is closed'), { code: 'EBADF' })
    underWay += 1
    try {
      return await work()
    } finally {
      underWay -= 1
      if (underWay === 0) onIdle?.()
    }
  }
  async function closeWhenIdle(): Promise<void> {
    if (underWay > 0) await new Promise<void>((resolve) => (onIdle = resolve))
    await call<void>((done) => fs.close(fd, done))
  }
  const sync = () => call<void>((done) => fs.fdatasync(fd, done))
  return {
    size: () => whileOpen(async () => (await call<fs.Stats>((done) => fs.fstat(fd, done))).size),
    read: (into, at) =>
      whileOpen(async () => {
        let count = 0
        while (count < into.length) {
          const got = await call<number>((done) => fs.read(fd, into, count, into.length - count, at + count, done))
          if (got === 0) break
          count += got
        }
        return count
      }),
    write: (bytes, at) =>
      whileOpen(async () => {
        let count = 0
        while (count < bytes.length) {
          count += await call<number>((done) => fs.write(fd, bytes, count, bytes.length - count, at + count, done))
        }
        if (syncsWrites) await sync()
      }),
    truncate: (size) => whileOpen(() => call<void>((done) => fs.ftruncate(fd, size, done))),
    sync: () => whileOpen(sync),
    close() {
      closing ??= closeWhenIdle()
      return closing
    },
  }
}

function call<Value>(start: (done: (error: Error | null | undefined, value?: Value) => void) => void): Promise<Value> {
  return new Promise((resolve, reject) => {
    start((error, value) => (error ? reject(error) : resolve(value as Value)))
  })
}
