import { readFileSync } from 'node:fs'

/** What processes use, as Linux counts it; benchmarks only. */

const ticksPerSecond = 100
const pageBytes = 4096
const mebibyte = 1024 * 1024
const lookEveryMs = 50
/** Adding up what is shared holds the process up for some milliseconds. */
const shareEveryMs = 500

/** Of a process with all its threads, to a hundredth of a second. */
export function processorMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? []
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond
}

/** Memory that a process and its children had at most since it was begun to be watched. */
export interface MemoryWatch {
  /** Of one child, whichever had the most. */
  readonly childBytes: number
  readonly ownBytes: number
  /** The same with what processes share divided among them (PSS): Node's own text is shared by all that run it. */
  readonly shareBytes: number
  text(): string
  [Symbol.dispose](): void
}

export function watchMemory(pid: number): MemoryWatch {
  let [own, share, child] = [0, 0, 0]
  const look = (): void => {
    own = Math.max(own, residentBytes(pid))
    for (const one of childrenOf(pid)) child = Math.max(child, residentBytes(one))
  }
  const looking = setInterval(look, lookEveryMs)
  const sharing = setInterval(() => {
    share = Math.max(share, proportionalBytes(pid))
  }, shareEveryMs)
  const shown = (bytes: number) => `${Math.round(bytes / mebibyte)} MiB`
  return {
    get ownBytes() {
      return own
    },
    get childBytes() {
      return child
    },
    get shareBytes() {
      return share
    },
    text: () => `server ${shown(own)} at most, its share ${shown(share)}; one engine process ${shown(child)}`,
    [Symbol.dispose]() {
      clearInterval(looking)
      clearInterval(sharing)
    },
  }
}

/** Processes that its first thread started. */
function childrenOf(pid: number): readonly number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

/** 0 for a process that is gone. */
function proportionalBytes(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}

/** 0 for a process that is gone. */
function residentBytes(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * pageBytes
  } catch {
    return 0
  }
}
