import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A process of ours that will be killed: it prints one line for everything it has promised. */
export interface Victim {
  /** What it printed so far; complete lines only, which is what a caller could have seen. */
  readonly lines: readonly string[]
  /** Resolves at the first line. */
  readonly started: Promise<void>
  /** Ends it with SIGKILL and waits until it is gone. Rejects when it had died by itself. */
  kill(): Promise<void>
}

/** Starts a TypeScript entry file as a process of its own. */
export function startVictim(entry: URL, args: readonly string[]): Victim {
  const child = spawn(process.execPath, [entry.pathname, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const lines: string[] = []
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text
  })
  const output = createInterface({ input: child.stdout })
  const started = new Promise<void>((resolve, reject) => {
    output.once('line', () => resolve())
    child.once('exit', (code) => reject(new Error(`the process ended by itself with ${code}: ${complaint}`)))
  })
  // Whoever waits for the start sees it; a kill before the first line must not be an unhandled rejection.
  started.catch(() => {})
  output.on('line', (line) => lines.push(line))
  return { lines, started, kill: () => killed(child, output, () => complaint) }
}

async function killed(child: ChildProcess, output: NodeJS.EventEmitter, complaint: () => string): Promise<void> {
  if (child.exitCode !== null) throw new Error(`the process ended by itself with ${child.exitCode}: ${complaint()}`)
  const closed = Promise.all([once(child, 'exit'), once(output, 'close')])
  child.kill('SIGKILL')
  await closed
}
