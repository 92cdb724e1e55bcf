import { writeFileStream } from '@cairn/server/imports'
import { defineCommand } from '../command.ts'
import type { Context } from '../context.ts'
import { exitCodes } from '../exit-code.ts'
import { CommandFailure } from '../failure.ts'
import { findFiles } from '../import/find-files.ts'
import { listFollows, startFollowing, stopFollowing } from '../import/follows.ts'
import type { Expected } from '../import/progress.ts'
import { readFiles } from '../import/read-files.ts'
import { summaryLines } from '../import/report.ts'
import { showEvents } from '../import/show-events.ts'
import { storePlace } from '../import/store-place.ts'
import { type Answer, type Installation, readLines } from '../installation/index.ts'

export const importCommand = defineCommand({
  name: 'import',
  summary: 'Take CloudTrail log files in, so that they can be searched',
  description:
    'Reads log files as AWS delivers them and everything they are commonly turned into: .json and .json.gz, zstd, one record a line, LookupEvents output, exports of CloudWatch Logs and CloudTrail Lake. The form is told by the content. Events that are here already are left out, so it can be stopped and run again at any time. Imported events are searched; they are never delivered to trails and raise no alarms. What cannot be read is reported by file and byte and set aside.\n\nThe same from S3: a store is named and described under `stores` in the configuration (docs/reference/configuration.md). Each file is read once.',
  arguments: {
    path: {
      description: 'file, folder (with all below it), pattern in quotes, - for standard input, or s3://bucket/prefix/',
      optional: true,
      many: true,
    },
  },
  options: {
    plan: { description: 'count, and say what it would take; write nothing' },
    account: { value: 'account', description: 'account of records that name none' },
    eventDataStore: { value: 'name', description: 'into this event data store instead of the history: name or id' },
    fromStore: { value: 'name', description: 'store that an s3:// place is in' },
    since: { value: 'time', description: 'of a store: files of this day and later; 2024-05-01 or -30d' },
    until: { value: 'time', description: 'of a store: files of this day and earlier' },
    follow: { description: 'of a store: then what is added to it, for ever, in the background' },
    queue: {
      value: 'queue',
      description: 'with --follow: queue that announces new files, by URL or ARN; its messages are deleted',
    },
    verifyKeys: {
      value: 'file',
      description:
        'check the digests with these public keys, with --follow those that come; all is taken in, what fails is named, and its events are marked in look-ups',
    },
    list: { description: 'show what is followed' },
    stop: { value: 'id', description: 'follow it no longer' },
    json: { description: 'one JSON object a line: each file, then the summary' },
  },
  examples: [
    { run: 'import ./AWSLogs', means: 'all log files below a folder' },
    { run: "import 'logs/*_us-east-1_2024*.json.gz'", means: 'files that match a pattern' },
    { run: 'import --plan ./AWSLogs', means: 'how many events, from when to when, and the disk they need' },
    {
      run: 'import s3://my-trail-bucket/AWSLogs/ --from-store prod --follow',
      means: 'a bucket, and what is added to it',
    },
    {
      run: 'import s3://my-trail-bucket/AWSLogs/ --from-store prod --follow --queue https://sqs.eu-west-1.amazonaws.com/123456789012/logs',
      means: 'and each file as soon as the queue announces it',
    },
    {
      run: 'import ./AWSLogs --verify-keys keys.json',
      means: 'and check them against their digests, with the answer of `aws cloudtrail list-public-keys`',
    },
    { run: 'import --list', means: 'what is followed, and how it goes' },
    { run: 'import -', means: 'from standard input, e.g. of `aws cloudtrail lookup-events`' },
  ],
  async run(context, { path: paths = [] }, options) {
    requireOneTask(paths, options)
    const place = storePlace(paths, options)
    if (options.queue !== undefined && !options.follow) throw usage('--queue goes with --follow.')
    if (options.verifyKeys !== undefined && (options.plan || paths.includes('-'))) {
      throw usage('--verify-keys checks what was imported: leave --plan and standard input out.')
    }
    const totals: Expected = { files: 0, bytes: 0, isComplete: false }
    // Finds mistyped paths before anything is sent, and says how long it will take.
    if (place === undefined) await requirePaths(paths, context)
    const keys = options.follow
      ? undefined
      : await trustedKeys(options.verifyKeys, place === undefined ? paths : [], context)
    await using installation = await context.installation()
    if (options.list) return await listFollows(context, installation, options.json)
    if (options.stop !== undefined) return await stopFollowing(context, installation, options.stop)
    if (place !== undefined && options.follow) return await startFollowing(context, installation, place, options)
    if (place === undefined && context.stderr.isTerminal) countInBackground(paths, context, totals)
    const { account, since, until, eventDataStore } = options
    if (place !== undefined && eventDataStore !== undefined) {
      throw usage('--event-data-store takes files; for a bucket there is `aws cloudtrail start-import`.')
    }
    const plan = options.plan ? 'true' : undefined
    const answer =
      place === undefined
        ? await sendFiles(installation, paths, context, { account, plan, eventDataStore })
        : await installation.call({
            method: 'POST',
            path: '/_cairn/v1/import/store',
            query: { ...place, account, plan, since, until },
            signal: context.signal,
          })
    const summary = await showEvents(readLines(answer), context, totals, options.json)
    if (!options.json) for (const line of summaryLines(summary, eventDataStore)) await context.stdout.line(line)
    if (keys !== undefined) {
      const { verifyImported } = await import('../import/verify-imported.ts')
      return await verifyImported(context, installation, {
        paths,
        place,
        keys,
        json: options.json,
      })
    }
    // Of a store, nothing new is what one expects.
    return summary.records === 0 && place === undefined ? exitCodes.nothingFound : exitCodes.done
  },
})

function requireOneTask(
  paths: readonly string[],
  {
    list,
    stop,
    follow,
    until,
    plan,
  }: Readonly<Record<'list' | 'follow' | 'plan', boolean>> & {
    readonly stop: string | undefined
    readonly until: string | undefined
  },
): void {
  const tasks = [paths.length > 0, list, stop !== undefined].filter(Boolean).length
  if (tasks !== 1) throw usage('Say what to import, or --list, or --stop ID.')
  if (follow && (until !== undefined || plan))
    throw usage('--follow has no end and no plan: leave --until and --plan out.')
}

function usage(message: string): CommandFailure {
  return new CommandFailure(message, { advice: 'See: cairn import --help', exitCode: exitCodes.usage })
}

function sendFiles(
  installation: Installation,
  paths: readonly string[],
  { folder, stdin, signal }: Context,
  query: Readonly<Record<string, string | undefined>>,
): Promise<Answer> {
  const body = writeFileStream(readFiles(findFiles(paths, folder), stdin))
  return installation.call({ method: 'POST', path: '/_cairn/v1/import', query, body, signal })
}

async function requirePaths(paths: readonly string[], { folder }: Context): Promise<void> {
  for (const path of paths) {
    const first = await findFiles([path], folder).next()
    if (first.done) throw new CommandFailure(`There are no files in ${path}.`)
  }
}

/** Read before anything is sent: an import that cannot be checked afterwards is not what was asked for. */
async function trustedKeys(file: string | undefined, paths: readonly string[], { folder }: Context) {
  if (file === undefined) return undefined
  const [{ requireFolder }, { readPublicKeys }, { resolve }] = await Promise.all([
    import('../offline/folder-evidence.ts'),
    import('../offline/public-keys.ts'),
    import('node:path'),
  ])
  for (const path of paths) await requireFolder(resolve(folder, path))
  return readPublicKeys(resolve(folder, file))
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
