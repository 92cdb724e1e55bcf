import { type ImportEvent, type ImportSummary, writeFileStream } from '@cairn/server/imports'
import { defineCommand } from '../command.ts'
import type { Context } from '../context.ts'
import { exitCodes } from '../exit-code.ts'
import { CommandFailure } from '../failure.ts'
import { findFiles } from '../import/find-files.ts'
import { createProgress, type Expected } from '../import/progress.ts'
import { readFiles } from '../import/read-files.ts'
import { problemLines, summaryLines } from '../import/report.ts'
import { readLines } from '../installation/index.ts'

export const importCommand = defineCommand({
  name: 'import',
  summary: 'Take CloudTrail log files in, so that they can be searched',
  description:
    'Reads log files as AWS delivers them and everything they are commonly turned into: .json and .json.gz, zstd, one record a line, LookupEvents output, exports of CloudWatch Logs and CloudTrail Lake. The form is told by the content. Events that are here already are left out, so it can be stopped and run again at any time. Imported events are searched; they are never delivered to trails and raise no alarms. What cannot be read is reported by file and byte and set aside.',
  arguments: {
    path: { description: 'file, folder (with all below it), pattern in quotes, or - for standard input', many: true },
  },
  options: {
    plan: { description: 'count, and say what it would take; write nothing' },
    account: { value: 'account', description: 'account of records that name none' },
    json: { description: 'one JSON object a line: each file, then the summary' },
  },
  examples: [
    { run: 'import ./AWSLogs', means: 'all log files below a folder' },
    { run: "import 'logs/*_us-east-1_2024*.json.gz'", means: 'files that match a pattern' },
    { run: 'import --plan ./AWSLogs', means: 'how many events, from when to when, and the disk they need' },
    { run: 'import -', means: 'from standard input, e.g. of `aws cloudtrail lookup-events`' },
  ],
  async run(context, { path: paths }, options) {
    const totals: Expected = { files: 0, bytes: 0, isComplete: false }
    // Finds mistyped paths before anything is sent, and says how long it will take.
    await requirePaths(paths, context)
    if (context.stderr.isTerminal) countInBackground(paths, context, totals)
    await using installation = await context.installation()
    const answer = await installation.call({
      method: 'POST',
      path: '/_cairn/v1/import',
      query: { account: options.account, plan: options.plan ? 'true' : undefined },
      body: writeFileStream(readFiles(findFiles(paths, context.folder), context.stdin)),
      signal: context.signal,
    })
    const summary = await follow(readLines(answer), context, totals, options.json)
    if (!options.json) for (const line of summaryLines(summary)) await context.stdout.line(line)
    return summary.records === 0 ? exitCodes.nothingFound : exitCodes.done
  },
})

async function requirePaths(paths: readonly string[], { folder }: Context): Promise<void> {
  for (const path of paths) {
    const first = await findFiles([path], folder).next()
    if (first.done) throw new CommandFailure(`There are no files in ${path}.`)
  }
}

function countInBackground(paths: readonly string[], { folder, signal }: Context, totals: Expected): void {
  const count = async (): Promise<void> => {
    for await (const file of findFiles(paths, folder)) {
      if (signal.aborted) return
      totals.files += 1
      totals.bytes += file.bytes
    }
    totals.isComplete = !paths.includes('-')
  }
  // It only feeds the progress line; what it runs into, the import itself reports.
  count().catch(() => {})
}

/** Shows what the installation tells, until its summary. */
async function follow(
  lines: AsyncIterable<Uint8Array>,
  context: Context,
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
