import { link, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Fault } from '../../fault.ts'
import { errorCode } from './disk.ts'

/**
 * The single-writer lock: files `<lock>.<generation>`, of which the newest names the holder by process id, boot id and
 * start time of the process.
 *
 * Node has no flock. A dead holder is recognised without it: another boot, no such process, or (Linux) a process of
 * that number that started at another time, as happens in containers where the server is always process 1.
 * Where `/proc` is missing only the process id is compared.
 *
 * Who takes over does not remove the stale file, because two starters could then remove each other's: it creates the
 * next generation, which only one can, and removes older ones afterwards. A released lock stays, emptied, so that
 * generations only grow and a starter that looked long ago cannot take one that others have left behind.
 */
interface Holder {
  readonly pid: number
  readonly boot: string
  readonly started: string
}

// Each try takes the lock, finds a living holder, or lost to another starter, which is then the living holder.
const triesMax = 5

/** @throws Fault `log.locked` when a living process holds it */
export async function lockFile(lock: string): Promise<AsyncDisposable> {
  const own = `${lock}-${process.pid}-${process.hrtime.bigint()}`
  await writeFile(own, JSON.stringify(await ownHolder()), { mode: 0o600, flag: 'wx' })
  try {
    for (let tries = 0; tries < triesMax; tries++) {
      const newest = (await generations(lock)).at(-1) ?? 0
      await refuseIfHeld(`${lock}.${newest}`)
      const mine = newest + 1
      if (!(await isTaken(own, `${lock}.${mine}`))) continue
      const all = await generations(lock)
      if (all.at(-1) === mine) {
        for (const older of all.slice(0, -1)) await rm(`${lock}.${older}`, { force: true })
        return { [Symbol.asyncDispose]: () => writeFile(`${lock}.${mine}`, '') }
      }
      // The generation was free only because a newer one had replaced it.
      await rm(`${lock}.${mine}`, { force: true })
    }
    throw new Fault('log.locked', 'the event log is being taken over by another process', { lock })
  } finally {
    await rm(own, { force: true })
  }
}

async function generations(lock: string): Promise<number[]> {
  const prefix = `${path.basename(lock)}.`
  const names = (await readdir(path.dirname(lock))).filter((name) => name.startsWith(prefix))
  const numbers = names.map((name) => name.slice(prefix.length)).filter((text) => /^\d+$/.test(text))
  return numbers.map(Number).sort((a, b) => a - b)
}

/** Gives our file the name `generation`, unless somebody has it. */
async function isTaken(own: string, generation: string): Promise<boolean> {
  try {
    await link(own, generation)
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  }
}

async function refuseIfHeld(file: string): Promise<void> {
  const holder = parseHolder(await read(file))
  if (holder !== undefined && (await isAlive(holder))) {
    throw new Fault('log.locked', 'another process writes to this event log', { lock: file, pid: holder.pid })
  }
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
  return (await read('/proc/sys/kernel/random/boot_id')).trim()
}

/** Clock ticks from boot to the start of a process; the 22nd field, counted behind the name, which may hold spaces. */
async function startTime(pid: number): Promise<string> {
  const stat = await read(`/proc/${pid}/stat`)
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}

/** Empty for what does not exist. */
async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ESRCH') return ''
    throw error
  }
}

/** `undefined` for a lock that was released, or that the machine lost before it was written out. */
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
