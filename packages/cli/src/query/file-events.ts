import type { QueryEvent } from '@cairn/server/queries'
import type { Context } from '../context.ts'
import { exitCodes } from '../exit-code.ts'
import { CommandFailure } from '../failure.ts'
import { findFiles } from '../import/find-files.ts'
import { counted, size } from '../output/words.ts'
import type { AskedQuery } from './installation-events.ts'
import type { ProgressLine } from './progress-line.ts'

/** Runs a query over files in this process. */
export async function* fileEvents(
  { statement, parameters, store }: AskedQuery,
  patterns: readonly string[],
  { folder, signal, nowMs }: Context,
  progress: ProgressLine,
): AsyncGenerator<QueryEvent> {
  if (store !== undefined) {
    throw new CommandFailure('--files and --store do not go together.', { exitCode: exitCodes.usage })
  }
  const { queryFiles, refusalOf } = await import('@cairn/server/query-files')
  const asked = { statement, ...(parameters.length > 0 && { parameters }) }
  const refusal = refusalOf(asked)
  if (refusal !== undefined) throw new CommandFailure(refusal, { exitCode: exitCodes.usage })
  let files = 0
  let bytes = 0
  const found = async function* () {
    for await (const { name, path } of findFiles(patterns, folder)) {
      if (path === '-')
        throw new CommandFailure('--files reads files, not standard input.', { exitCode: exitCodes.usage })
      yield { name, path }
    }
  }
  yield* queryFiles({
    ...asked,
    files: found(),
    signal,
    nowMs,
    scanned(file) {
      files += 1
      bytes += file.bytes
      void progress.show(`${counted(files, 'file')}, ${size(bytes)} read`)
    },
  })
}
