import type { ImportEvent, ImportSummary } from '@cairn/server/imports'
import type { Context } from '../context.ts'
import { CommandFailure } from '../failure.ts'
import { createProgress, type Expected } from './progress.ts'
import { problemLines } from './report.ts'

/** Shows what the installation tells of an import, until its summary. */
export async function showEvents(
  lines: AsyncIterable<Uint8Array>,
  context: Pick<Context, 'stdout' | 'stderr' | 'nowMs'>,
  totals: Expected,
  isJson: boolean,
): Promise<ImportSummary> {
  const { stdout, stderr } = context
  const progress = createProgress(stderr, totals, () => context.nowMs())
  for await (const line of lines) {
    const event = JSON.parse(Buffer.from(line).toString()) as ImportEvent | { error: { code: string; message: string } }
    if ('error' in event) {
      await progress.clear()
      throw new CommandFailure(`The import stopped: ${event.error.message} (${event.error.code}).`, {
        advice: 'What was taken in is kept. Mend the cause and run the same command again.',
      })
    }
    if (isJson && event.kind !== 'progress') await stdout.write(`${Buffer.from(line)}\n`)
    switch (event.kind) {
      case 'waiting':
        await stderr.line('Another import is running; this one begins when that ends.')
        break
      case 'progress':
        await progress.update(event)
        break
      case 'file':
        if (isJson || problemLines(event).length === 0) break
        await progress.clear()
        for (const problem of problemLines(event)) await stderr.line(stderr.style.yellow(problem))
        break
      case 'summary':
        await progress.clear()
        return event
    }
  }
  await progress.clear()
  throw new CommandFailure('The installation stopped before the import was finished.', {
    advice: 'What was taken in is kept. Run the same command again.',
  })
}
