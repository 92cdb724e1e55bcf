import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { Fault } from '../../fault.ts'
import { errorCode } from './disk.ts'

/**
 * The single-writer lock: a file that names its holder by process id, boot id and start time of the process.
 *
 * Node has no flock. A dead holder is recognised without it: another boot, no such process, or (Linux) a process of
 * that number that started at another time, as happens in containers where the server is always process 1.
 * Where `/proc` is missing only the process id is compared.
 */
interface Holder {
  readonly pid: number
  readonly boot: string
  readonly started: string
}

// Each try either takes the lock, finds a living holder, or meets another process that is starting at this moment.
const triesMax = 5

/** @throws Fault `log.locked` when a living process holds it */
export async function lockFile(path: string): Promise<AsyncDisposable> {
  const own = await ownHolder()
  const mine = `${path}.${own.pid}-${process.hrtime.bigint()}`
  await writeFile(mine, JSON.stringify(own), { mode: 0o600, flag: 'wx' })
  try {
    for (let tries = 0; tries < triesMax; tries++) {
      try {
        await link(mine, path)
        return { [Symbol.asyncDispose]: () => rm(path, { force: true }) }
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') throw error
      }
      await removeIfStale(path, mine)
    }
    throw new Fault('log.locked', 'the event log is being taken over by another process', { path })
  } finally {
    await rm(mine, { force: true })
  }
}

/** Moves a dead holder's lock out of the way; a rename, so that of two starters only one can move it. */
async function removeIfStale(path: string, mine: string): Promise<void> {
  const text = await read(path)
  if (text === undefined) return
  const holder = parseHolder(text)
  if (holder !== undefined && (await isAlive(holder))) {
    throw new Fault('log.locked', 'another process writes to this event log', { path, pid: holder.pid })
  }
  const aside = `${mine}.stale`
  try {
    await rename(path, aside)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return
    throw error
  }
  // Another starter may have replaced the stale lock by its own between our read and our rename: give it back.
  if ((await read(aside)) !== text) await link(aside, path).catch(() => {})
  await rm(aside, { force: true })
}

async function isAlive(holder: Holder): Promise<boolean> {
  if (holder.boot !== (await bootId())) return false
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return false
  }
  return holder.started === (await startTime(holder.pid))
}

async function ownHolder(): Promise<Holder> {
  return { pid: process.pid, boot: await bootId(), started: await startTime(process.pid) }
}

async function bootId(): Promise<string> {
  return (await read('/proc/sys/kernel/random/boot_id'))?.trim() ?? ''
}

/** Clock ticks from boot to the start of a process; the 22nd field, counted behind the name, which may hold spaces. */
async function startTime(pid: number): Promise<string> {
  const stat = await read(`/proc/${pid}/stat`)
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ESRCH') return undefined
    throw error
  }
}

/** `undefined` for a file that is not a lock's content: the machine stopped before it was written out. */
function parseHolder(text: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return undefined
    const { pid, boot, started } = value as Partial<Record<keyof Holder, unknown>>
    if (typeof pid !== 'number' || typeof boot !== 'string' || typeof started !== 'string') return undefined
    return { pid, boot, started }
  } catch {
    return undefined
  }
}
