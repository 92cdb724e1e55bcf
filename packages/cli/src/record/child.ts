import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import { exitCodes } from '../exit-code.ts'
import { CommandFailure } from '../failure.ts'

export interface ChildOptions {
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly folder: string
  /** What it writes to standard output goes to standard error. */
  readonly keepsStdoutFree: boolean
  /** Aborted when this process was asked to end; the reason is the signal's name. */
  readonly signal: AbortSignal
  /** Asked again. */
  readonly insistence?: AbortSignal | undefined
  /** The terminal tells a whole group of processes of Ctrl-C by itself. */
  readonly isInTerminal: boolean
}

/**
 * Runs a command with this process's own input and output and gives its exit code, 128 and the number for a signal, as
 * shells have it. Signals are passed on and then waited for: what the command does about them is its own business.
 *
 * @throws CommandFailure when it cannot be started
 */
export async function runChild(options: ChildOptions): Promise<number> {
  const [program = '', ...args] = options.command
  const child = spawn(program, args, {
    cwd: options.folder,
    env: { ...options.environment },
    stdio: ['inherit', options.keepsStdoutFree ? 2 : 'inherit', 'inherit'],
  })
  const stopPassing = [passOn(child, options.signal, options.isInTerminal), passOn(child, options.insistence, false)]
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', (cause: NodeJS.ErrnoException) => reject(cannotStart(program, cause)))
      child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
    })
  } finally {
    for (const stop of stopPassing) stop()
  }
}

function passOn(child: ChildProcess, signal: AbortSignal | undefined, isInTerminal: boolean): () => void {
  const pass = () => {
    const name: NodeJS.Signals = signal?.reason in constants.signals ? signal?.reason : 'SIGTERM'
    if (name !== 'SIGINT' || !isInTerminal) child.kill(name)
  }
  if (signal?.aborted) pass()
  signal?.addEventListener('abort', pass, { once: true })
  return () => signal?.removeEventListener('abort', pass)
}

function cannotStart(program: string, cause: NodeJS.ErrnoException): CommandFailure {
  const isMissing = cause.code === 'ENOENT'
  return new CommandFailure(
    isMissing ? `There is no program ${program}.` : `${program} cannot be started (${cause.code ?? cause.message}).`,
    {
      advice: 'What is run is what follows `--`: cairn record -- node app.js. Pipes and && need a shell: sh -c "…".',
      exitCode: isMissing ? exitCodes.noProgram : exitCodes.cannotRun,
      cause,
    },
  )
}
