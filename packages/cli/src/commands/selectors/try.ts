import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { TrialPart } from '@cairn/server'
import { defineCommand } from '../../command.ts'
import type { Context } from '../../context.ts'
import { exitCodes } from '../../exit-code.ts'
import { CommandFailure } from '../../failure.ts'
import { readLines } from '../../installation/index.ts'
import { table } from '../../output/table.ts'

type Summary = Omit<Extract<TrialPart, { readonly kind: 'summary' }>, 'kind'>
type Progress = Omit<Extract<TrialPart, { readonly kind: 'progress' }>, 'kind'>

export const selectorsTryCommand = defineCommand({
  name: 'selectors try',
  summary: 'Count what event selectors would keep of the events in the history',
  description:
    'Changes nothing. The file holds what `aws cloudtrail put-event-selectors` takes for --event-selectors or --advanced-event-selectors, or what get-event-selectors prints. Data events that no trail took so far were never kept, so they cannot be counted. Exits with 3 when nothing would be kept.',
  arguments: { file: { description: 'JSON file with selectors, or - for standard input' } },
  options: {
    since: { value: 'time', description: 'from when on: 2023-07-10, 2023-07-10T12:00:00Z, -30d' },
    until: { value: 'time', description: 'up to when; a date includes its day' },
    account: { value: 'id', description: 'account', many: true },
    region: { value: 'name', description: 'region', many: true },
    limit: { value: 'count', description: 'newest events to look at (default 100000, at most 1000000)' },
    json: { description: 'one JSON object with every count' },
  },
  examples: [
    { run: 'selectors try selectors.json --since -7d', means: 'what a week would have brought' },
    {
      run: 'selectors try - < selectors.json',
      means: 'from a pipe, e.g. of `aws cloudtrail get-event-selectors --trail-name main`',
    },
  ],
  async run(context, { file }, { since, until, account, region, limit, json }) {
    const asked = {
      selectors: await readSelectors(file, context),
      since,
      until,
      accounts: some(account),
      regions: some(region),
      limit: limit === undefined ? undefined : Number(limit),
    }
    await using installation = await context.installation()
    const answer = await installation.call({
      method: 'POST',
      path: '/_cairn/v1/selectors/try',
      headers: { 'content-type': 'application/json' },
      body: bytesOf(JSON.stringify(asked)),
      signal: context.signal,
    })
    const summary = await follow(readLines(answer), context)
    if (json) await context.stdout.line(JSON.stringify(summary))
    else await show(summary, context)
    if (summary.end === 'time-limit') return exitCodes.failed
    return summary.kept === 0 ? exitCodes.nothingFound : exitCodes.done
  },
})

const fileBytesMax = 1024 * 1024

async function readSelectors(file: string, context: Context): Promise<unknown> {
  const text = file === '-' ? await readInput(context) : await readText(resolve(context.folder, file))
  try {
    return JSON.parse(text)
  } catch (cause) {
    const advice = 'It is what --event-selectors file://… of the AWS command line takes.'
    throw new CommandFailure(`${file} is not JSON.`, { cause, advice, exitCode: exitCodes.usage })
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new CommandFailure(`${path} cannot be read.`, { cause, exitCode: exitCodes.usage })
  }
}

async function readInput({ stdin }: Context): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of stdin) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > fileBytesMax) throw new CommandFailure('Standard input is larger than selectors can be.')
  }
  return Buffer.concat(chunks).toString()
}

async function follow(lines: AsyncIterable<Uint8Array>, { stderr }: Context): Promise<Summary> {
  for await (const line of lines) {
    const part: { progress?: Progress; summary?: Summary; error?: { code: string; message: string } } = JSON.parse(
      Buffer.from(line).toString(),
    )
    if (part.error) throw new CommandFailure(`The trial failed: ${part.error.message} (${part.error.code}).`)
    if (part.summary) return part.summary
    if (part.progress && stderr.isTerminal) {
      await stderr.write(`\r${part.progress.seen} events, ${part.progress.kept} kept `)
    }
  }
  throw new CommandFailure('The answer broke off before the counts were complete.', { advice: 'Try again.' })
}

async function show({ seen, kept, kinds, others, end }: Summary, { stdout, stderr }: Context): Promise<void> {
  if (stderr.isTerminal) await stderr.write('\r\u001b[K')
  const rows = kinds.map((kind) => [
    String(kind.seen),
    String(kind.kept),
    kind.category,
    `${kind.source.replace(/\.amazonaws\.com$/, '')}:${kind.name}`,
  ])
  if (others.seen > 0) rows.push([String(others.seen), String(others.kept), '', '(other kinds)'])
  if (rows.length > 0) await stdout.line(table(['SEEN', 'KEPT', 'CATEGORY', 'EVENT'], rows))
  await stderr.line(`${kept} of ${seen} events would be kept.`)
  if (end === 'limit') await stderr.line('These are the newest; there may be older ones: see --limit.')
  if (end === 'time-limit') await stderr.line('It took too long and was ended early; narrow it with --since.')
}

function some(values: readonly string[]): readonly string[] | undefined {
  return values.length === 0 ? undefined : values
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}
