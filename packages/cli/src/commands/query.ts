import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { QueryEvent } from '@cairn/server/queries'
import { defineCommand } from '../command.ts'
import type { Context } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { CommandFailure } from '../failure.ts'
import { counted, duration, size } from '../output/words.ts'
import { fileEvents } from '../query/file-events.ts'
import { installationEvents } from '../query/installation-events.ts'
import { mendable } from '../query/mend-refusal.ts'
import { createProgressLine } from '../query/progress-line.ts'
import type { ResultForm } from '../query/result-form.ts'
import { sampleNamed, showSamples } from '../query/sample-text.ts'
import { createTableForm } from '../query/table-form.ts'
import { createCsvForm, createJsonForm } from '../query/text-forms.ts'

export const queryCommand = defineCommand({
  name: 'query',
  summary: 'Ask in SQL: event data stores, or log files where they lie',
  description:
    "Runs a statement of CloudTrail Lake's SQL, which is Trino's SELECT. $EDS_ID stands for the event data store: the only one, or the one of --store. With --files the statement runs over log files, of any form that `cairn import` reads, without a server and without importing them; every table name then means the files.\n\nExits with 3 when the result has no rows.",
  arguments: { statement: { description: 'SELECT …; or use -f', optional: true } },
  options: {
    file: { value: 'file', short: 'f', description: 'read the statement from a file; - for standard input' },
    files: { value: 'pattern', description: 'query these log files: file, folder, or pattern in quotes', many: true },
    store: { value: 'name', description: 'event data store that $EDS_ID stands for: name or id' },
    parameter: { value: 'text', description: 'stands for ? in the statement, in order', many: true },
    sample: { value: 'words', description: 'find a ready-made statement; with its whole name, run it' },
    csv: { description: 'as CSV, every value in quotes' },
    json: { description: 'as one JSON object a line' },
    parquet: { value: 'file', description: 'into a Parquet file' },
  },
  examples: [
    {
      run: "query 'SELECT eventName, count(*) AS n FROM $EDS_ID GROUP BY eventName ORDER BY n DESC LIMIT 10'",
      means: 'the ten most frequent calls',
    },
    { run: 'query --store all -f report.sql --csv > report.csv', means: 'a statement from a file, as CSV' },
    {
      run: "query --files './logs/**/*.json.gz' \"SELECT eventTime, eventName FROM logs WHERE userIdentity.userName = 'alice'\"",
      means: 'log files on this machine, no server needed',
    },
    { run: 'query --sample "console sign-in"', means: 'ready-made statements about it' },
  ],
  async run(context, { statement }, options) {
    const named = options.sample === undefined ? undefined : sampleNamed(options.sample)
    if (options.sample !== undefined && named === undefined) return showSamples(options.sample, context)
    const text = named ?? (await statementOf(statement, options.file, context))
    const { store, parameter: parameters } = options
    const isOfStore = store !== undefined && options.files.length === 0
    if (!text.includes('$EDS_ID') && (isOfStore || isWithoutTable(text))) {
      throw new CommandFailure('The statement has no $EDS_ID.', { advice: shellAdvice, exitCode: exitCodes.usage })
    }
    const asked = { statement: text, parameters, ...(store !== undefined && { store }) }
    const progress = createProgressLine(context)
    const isOfFiles = options.files.length > 0
    try {
      if (isOfFiles) return await show(fileEvents(asked, options.files, context, progress), context, options, progress)
      await using installation = await context.installation()
      return await show(installationEvents(asked, installation, context), context, options, progress)
    } catch (error) {
      // Parameters move what stands behind them.
      if (parameters.length > 0) throw error
      throw mendable(error, { statement: text, replacedChars: isOfFiles ? filesTableChars : storeIdChars })
    }
  },
})

/** What a statement has where $EDS_ID stood: the id of a store, or a name of the files. */
const storeIdChars = 36
const filesTableChars = 'events'.length

const shellAdvice =
  'In double quotes the shell puts its own variable there: give the statement in single quotes, or write \\$EDS_ID.'

/** What a shell leaves of `FROM $EDS_ID`: no statement of SQL is like it. */
function isWithoutTable(statement: string): boolean {
  return /\bFROM\s*(?:$|(?:WHERE|GROUP|HAVING|ORDER|LIMIT|CROSS|JOIN)\b)/i.test(statement.replace(/'[^']*'/g, ''))
}

async function statementOf(
  statement: string | undefined,
  file: string | undefined,
  { folder, stdin }: Context,
): Promise<string> {
  if ((statement === undefined) === (file === undefined)) {
    throw new CommandFailure('Give a statement, or a file with -f, or --sample.', {
      advice: 'See: cairn query --help',
      exitCode: exitCodes.usage,
    })
  }
  if (statement !== undefined) return statement
  if (file === '-') return Buffer.concat(await Array.fromAsync(stdin)).toString()
  return readFile(resolve(folder, file ?? ''), 'utf8').catch((cause) => {
    throw new CommandFailure(`${file} cannot be read.`, { cause })
  })
}

interface Forms {
  readonly csv: boolean
  readonly json: boolean
  readonly parquet: string | undefined
}

async function show(
  events: AsyncIterable<QueryEvent>,
  context: Context,
  options: Forms,
  progress: ReturnType<typeof createProgressLine>,
): Promise<ExitCode> {
  await using opened = await openForm(context, options)
  const { form } = opened
  for await (const event of events) {
    if (event.kind === 'progress') await progress.show(event.text)
    else await progress.clear()
    if (event.kind === 'columns') await form.columns(event.columns)
    else if (event.kind === 'rows') await form.rows(event.rows)
    else if (event.kind === 'end') {
      if (event.state === 'FAILED') throw new CommandFailure(`The query failed: ${event.error ?? 'unknown'}`)
      await form.end()
      for (const note of event.notes) await context.stderr.line(context.stderr.style.yellow(note))
      await context.stderr.line(context.stderr.style.dim(summaryOf(event)))
      if (event.state === 'TIMED_OUT') {
        throw new CommandFailure('The query took longer than it may: these are its first rows.')
      }
      return event.rows === 0 ? exitCodes.nothingFound : exitCodes.done
    }
  }
  throw new CommandFailure('The answer broke off: rows may be missing.', { advice: 'Try again.' })
}

function summaryOf({ rows, statistics }: Extract<QueryEvent, { kind: 'end' }>): string {
  const { eventsScanned, bytesScanned, executionMs } = statistics
  return `${counted(rows, 'row')} in ${duration(executionMs)}; ${counted(eventsScanned, 'event')}, ${size(bytesScanned)} read`
}

async function openForm(
  { stdout, folder }: Context,
  { csv, json, parquet }: Forms,
): Promise<{ readonly form: ResultForm } & AsyncDisposable> {
  if ([csv, json, parquet !== undefined].filter(Boolean).length > 1) {
    throw new CommandFailure('Give one of --csv, --json and --parquet.', { exitCode: exitCodes.usage })
  }
  if (parquet !== undefined) {
    const { createParquetForm } = await import('../query/parquet-form.ts')
    const form = await createParquetForm(resolve(folder, parquet))
    return { form, [Symbol.asyncDispose]: () => form[Symbol.asyncDispose]() }
  }
  const form = csv ? createCsvForm(stdout) : json ? createJsonForm(stdout) : createTableForm(stdout)
  return { form, async [Symbol.asyncDispose]() {} }
}
