import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '../fault.ts'
import { readPrivateFile, writePrivateFile } from './private-file.ts'

/** How a command finds the server of a data directory: `<data directory>/server.json`, there while it runs. */
export interface RunningServer {
  readonly pid: number
  /** As clients on this machine reach it, e.g. `http://127.0.0.1:4577`. */
  readonly endpoint: string
  /** ISO 8601. */
  readonly startedAt: string
  /** Path of its certificate, for clients, when it speaks TLS. */
  readonly tlsCert?: string
  /**
   * The certificate it shows, as PEM: commands on this machine trust exactly that one. The file may hold another by now,
   * one that does not fit its key yet or never will.
   */
  readonly certificate?: string
  /** Its forward proxy, if it has one. */
  readonly proxy?: RunningProxy
}

export interface RunningProxy {
  /** Secret: it holds the token. */
  readonly url: string
  /** File with the roots of the system and the proxy's own. */
  readonly bundle: string
  /** File with the proxy's own, and what Node was told to trust before. */
  readonly certificate: string
  /** The bundle again, as Java reads it. */
  readonly javaTrust: string
  /** Domains that are looked into. */
  readonly domains: readonly string[]
}

const noteFile = 'server.json'

/** Leaves the note. Returns the way to take it back; a server that was killed leaves a stale one. */
export function announceServer(dataDir: string, server: RunningServer): () => void {
  const path = join(dataDir, noteFile)
  writePrivateFile(path, server)
  return () => {
    if (readNote(path)?.pid === server.pid) rmSync(path, { force: true })
  }
}

/**
 * The server that says it runs on this data directory, if its process is alive. It may still refuse connections: the
 * process can be another that was given the number of a killed one.
 *
 * @throws Fault `local.file-unreadable`
 */
export function findServer(dataDir: string): RunningServer | undefined {
  const note = readNote(join(dataDir, noteFile))
  return note !== undefined && isAlive(note.pid) ? note : undefined
}

function readNote(path: string): RunningServer | undefined {
  const note = readPrivateFile(path)
  if (note === undefined) return undefined
  const { pid, endpoint } = note
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid < 1 || typeof endpoint !== 'string') {
    throw new Fault('local.file-unreadable', 'file names no server', { path })
  }
  return note as unknown as RunningServer
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // It runs as somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
