import path from 'node:path'
import { Fault } from '@cairn/server/fault'
import type { Disk, DiskFile } from '@cairn/server/storage/disk'
import type { Random } from '../seed.ts'
import type { Scheduler } from './scheduler.ts'

/** What becomes of unsynced data: the machine loses power, or only the process dies and the kernel keeps its cache. */
export type Crash = 'power' | 'process'

/** How likely a single call fails with EIO. */
export interface FailureRates {
  readonly write: number
  readonly sync: number
}

/** A disk that outlives the processes that use it, and loses what a real one may lose. */
export interface SimulatedDisk {
  /** How one process sees the disk until it dies. Every call waits for the scheduler. */
  mount(scheduler: Scheduler, failures?: FailureRates): Disk
  /** Ends the present mount. */
  crash(kind: Crash): void
  /** Bytes all files together may take. */
  setCapacity(bytes: number): void
  /** Bytes all files take. */
  used(): number
  /** Flips one bit of a file whose name matches, as a failing medium would. False when there is none. */
  flipBit(name: RegExp): boolean
}

/** A change to a file's content that is in the cache only. */
type PendingWrite = { readonly at: number; readonly bytes: Buffer } | { readonly size: number }

interface Inode {
  /** What a reader sees. */
  content: Buffer
  /** What the medium holds. */
  durable: Buffer
  pending: PendingWrite[]
}

type PendingName = { readonly directory: string; readonly changes: readonly (readonly [string, Inode | undefined])[] }

const sectorBytes = 512

export function createSimulatedDisk(random: Random): SimulatedDisk {
  let names = new Map<string, Inode>()
  const durableNames = new Map<string, Inode>()
  let pendingNames: PendingName[] = []
  let directories = new Set<string>()
  let capacity = Number.POSITIVE_INFINITY
  let isLocked = false

  function used(): number {
    let bytes = 0
    for (const inode of new Set(names.values())) bytes += inode.content.length
    return bytes
  }

  function rename(directory: string, changes: PendingName['changes']): void {
    for (const [name, inode] of changes) setName(names, name, inode)
    pendingNames.push({ directory, changes })
  }

  function losePower(): void {
    // Name changes reach the medium in order up to some point, or, where a file system promises less, in any choice.
    const keepsOrder = random.chance(0.5)
    const until = random.below(pendingNames.length + 1)
    for (const [nth, { changes }] of pendingNames.entries()) {
      if (keepsOrder ? nth >= until : random.chance(0.5)) continue
      for (const [name, inode] of changes) setName(durableNames, name, inode)
    }
    names = new Map(durableNames)
    const kept = random.pick([0, 0.2, 0.5, 0.8, 1])
    for (const inode of new Set(names.values())) {
      for (const write of inode.pending) applyTorn(inode, write, kept, random)
      inode.pending = []
      inode.content = Buffer.from(inode.durable)
    }
    pendingNames = []
  }

  function mount(scheduler: Scheduler, failures: FailureRates = { write: 0, sync: 0 }): Disk {
    const fail = (rate: number) => {
      if (random.chance(rate)) throw errno('EIO')
    }

    function open(inode: Inode, writesAreDurable: boolean): DiskFile {
      const sync = () => {
        if (random.chance(failures.sync)) {
          // The cache is marked clean although nothing was written: a second sync would succeed and prove nothing.
          for (const write of inode.pending) applyTorn(inode, write, random.next(), random)
          inode.pending = []
          throw errno('EIO')
        }
        for (const write of inode.pending) apply(inode, write)
        inode.pending = []
      }
      const put = (write: PendingWrite) => {
        inode.content = applied(inode.content, write)
        inode.pending.push(write)
      }
      return {
        async size() {
          await scheduler.turn()
          return inode.content.length
        },
        async read(into, at) {
          await scheduler.turn()
          return inode.content.copy(into, 0, at, at + into.length)
        },
        async write(bytes, at) {
          await scheduler.turn()
          fail(failures.write)
          const room = capacity - used() + inode.content.length - at
          const fits = Math.max(0, Math.min(bytes.length, Number.isFinite(room) ? room : bytes.length))
          put({ at, bytes: Buffer.from(bytes.subarray(0, fits)) })
          if (fits < bytes.length) throw errno('ENOSPC')
          if (!writesAreDurable) return
          // The process may die when the cache holds the bytes and the medium does not.
          await scheduler.turn()
          sync()
        },
        async truncate(size) {
          await scheduler.turn()
          put({ size })
        },
        async sync() {
          await scheduler.turn()
          sync()
        },
        async close() {
          await scheduler.turn()
        },
      }
    }

    const existing = (file: string): Inode => {
      const inode = names.get(file)
      if (inode === undefined) throw errno('ENOENT')
      return inode
    }

    return {
      async open(file, mode) {
        await scheduler.turn()
        if (mode !== 'create') return open(existing(file), mode === 'append')
        if (names.has(file)) throw errno('EEXIST')
        const inode: Inode = { content: Buffer.alloc(0), durable: Buffer.alloc(0), pending: [] }
        rename(path.dirname(file), [[file, inode]])
        return open(inode, false)
      },
      async list(directory) {
        await scheduler.turn()
        const below = [...names.keys()].filter((name) => name.startsWith(`${directory}/`))
        return [...new Set(below.map((name) => name.slice(directory.length + 1).split('/')[0] ?? ''))]
      },
      async makeDirectory(directory) {
        await scheduler.turn()
        directories = new Set([...directories, directory])
      },
      async rename(from, to) {
        await scheduler.turn()
        rename(path.dirname(to), [
          [to, existing(from)],
          [from, undefined],
        ])
      },
      async link(from, to) {
        await scheduler.turn()
        rename(path.dirname(to), [[to, existing(from)]])
      },
      async remove(file) {
        await scheduler.turn()
        if (names.has(file)) rename(path.dirname(file), [[file, undefined]])
      },
      async syncDirectory(directory) {
        await scheduler.turn()
        fail(failures.sync)
        for (const { changes } of pendingNames.filter((change) => change.directory === directory)) {
          for (const [name, inode] of changes) setName(durableNames, name, inode)
        }
        pendingNames = pendingNames.filter((change) => change.directory !== directory)
      },
      async freeBytes() {
        await scheduler.turn()
        return capacity - used()
      },
      async lock(file) {
        await scheduler.turn()
        if (isLocked) throw new Fault('log.locked', 'locked', { path: file })
        isLocked = true
        return {
          async [Symbol.asyncDispose]() {
            isLocked = false
          },
        }
      },
    }
  }

  return {
    mount,
    crash(kind) {
      isLocked = false
      if (kind === 'power') losePower()
    },
    setCapacity(bytes) {
      capacity = bytes
    },
    used,
    flipBit(name) {
      const inodes = [...names].filter(([file, { durable }]) => name.test(file) && durable.length > 0)
      if (inodes.length === 0) return false
      const [, inode] = random.pick(inodes)
      const at = random.below(inode.durable.length)
      inode.durable[at] = (inode.durable[at] ?? 0) ^ (1 << random.below(8))
      inode.content = Buffer.from(inode.durable)
      return true
    },
  }
}

function setName(target: Map<string, Inode>, name: string, inode: Inode | undefined): void {
  if (inode === undefined) target.delete(name)
  else target.set(name, inode)
}

function apply(inode: Inode, write: PendingWrite): void {
  inode.durable = applied(inode.durable, write)
}

/** What is left of an unsynced change: each sector of it reached the medium or did not, the new size likewise. */
function applyTorn(inode: Inode, write: PendingWrite, kept: number, random: Random): void {
  if ('size' in write) {
    if (random.chance(kept)) apply(inode, write)
    return
  }
  const end = write.at + write.bytes.length
  for (let at = write.at; at < end; ) {
    const next = Math.min(end, at + sectorBytes - (at % sectorBytes))
    if (random.chance(kept)) apply(inode, { at, bytes: write.bytes.subarray(at - write.at, next - write.at) })
    at = next
  }
  if (random.chance(0.3)) apply(inode, { at: end, bytes: Buffer.alloc(0) })
}

function applied(content: Buffer, write: PendingWrite): Buffer {
  if ('size' in write) {
    return write.size <= content.length ? content.subarray(0, write.size) : extended(content, write.size)
  }
  const target = extended(content, Math.max(content.length, write.at + write.bytes.length))
  write.bytes.copy(target, write.at)
  return target
}

/** A copy that is at least so long, the rest zeros. */
function extended(content: Buffer, size: number): Buffer {
  const target = Buffer.alloc(size)
  content.copy(target)
  return target
}

function errno(code: string): Error {
  return Object.assign(new Error(code), { code })
}
