import { createContext } from './create-context.ts'
import { exitCodes } from './exit-code.ts'
import { commands } from './generated/commands.ts'
import { asTyped } from './output/as-typed.ts'
import { describeFailure } from './output/describe-failure.ts'
import { createOutput } from './output/output.ts'
import { readCommandLine } from './program.ts'
import { version } from './version.ts'

/** Runs one command line; gives the exit code. `argv` is without the program's own name. */
export async function main(argv: readonly string[]): Promise<number> {
  const interrupt = new AbortController()
  const stdout = createOutput(process.stdout, process.env, interrupt.signal)
  const stderr = createOutput(process.stderr, process.env, interrupt.signal)
  const insistence = new AbortController()
  let askedAtMs = 0
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the whole process group and a launcher passes it on: twice in a moment is once.
      if (interrupt.signal.aborted && performance.now() - askedAtMs > sameSignalMs) insistence.abort(signal)
      if (!interrupt.signal.aborted) askedAtMs = performance.now()
      interrupt.abort(signal)
    })
  }
  try {
    const help: string[] = []
    const invocation = await readCommandLine(argv, commands, version, {
      stdout: (text) => help.push(text),
      columns: stdout.columns,
    })
    await stdout.write(asTyped(help.join('')))
    if (invocation === undefined) return exitCodes.done
    const context = createContext({
      stdout,
      stderr,
      environment: process.env,
      invocation,
      signal: interrupt.signal,
      insistence: insistence.signal,
    })
    return await invocation.command.run(context, invocation.args, invocation.options)
  } catch (error) {
    // Whoever pressed Ctrl-C does not wait for what was written and nobody reads.
    if (interrupt.signal.aborted && isAbort(error)) process.exit(exitCodes.interrupted)
    const report = describeFailure(error, stderr.style)
    await stderr.line(report.text)
    return report.exitCode
  }
}

const sameSignalMs = 500

function isAbort(error: unknown): boolean {
  return (
    error === 'SIGINT' ||
    error === 'SIGTERM' ||
    error === 'SIGHUP' ||
    (error instanceof Error && error.name === 'AbortError')
  )
}
