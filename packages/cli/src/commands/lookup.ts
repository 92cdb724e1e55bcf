import { parseLookup, recordOfLine } from '@cairn/core/lookup'
import { defineCommand } from '../command.ts'
import type { Context } from '../context.ts'
import { exitCodes } from '../exit-code.ts'
import { CommandFailure } from '../failure.ts'
import { readLines } from '../installation/index.ts'
import { conditionsOf } from '../lookup/conditions.ts'
import { eventText, longEventText } from '../lookup/event-text.ts'
import { conditionArguments, conditionOptions, some } from '../lookup/options.ts'
import { groupsText, type LookupSummary, summaryNotes } from '../lookup/summary-text.ts'

export const lookupCommand = defineCommand({
  name: 'lookup',
  summary: 'Find events by any number of conditions, over all accounts and regions',
  description:
    'All conditions hold together; an option given several times asks for any of its values. * stands for any characters. --not turns the condition behind it around. Exits with 3 when nothing matches.',
  arguments: conditionArguments,
  options: {
    ...conditionOptions,
    since: { description: 'from when on: 2023-07-10, 2023-07-10T12:00:00Z, -30d', value: 'time' },
    until: { description: 'up to when; a date includes its day', value: 'time' },
    limit: { description: 'events to show (default 50)', value: 'count' },
    reverse: { description: 'oldest first' },
    count: { description: 'count all that match' },
    groupBy: { description: 'count by field, path, hour or day', value: 'field', many: true },
    facets: { description: 'count by name, user, error, address and hour: the top of each' },
    long: { description: 'everything of each event' },
    ndjson: { description: 'the stored records, one a line, byte for byte' },
    json: { description: "the endpoint's answer: a JSON object per event, then the summary" },
  },
  examples: [
    { run: 'lookup --user bert-jan --event-name GetSecretValue --since 2023-07-10', means: 'who read which secrets' },
    {
      run: "lookup --error AccessDenied --user 'ci-*' --not --source s3 --group-by eventName",
      means: 'counts of refusals',
    },
    {
      run: "lookup --where 'requestParameters.roleName=admin' --write-only --since -30d",
      means: 'by a member of the record',
    },
    { run: 'lookup --ip 203.0.113.0/24 --ndjson | jq .eventName', means: 'records as they are stored' },
  ],
  async run(context, { words }, options) {
    const limit = limitOf(options.limit)
    // No events at all are asked for by whoever wants to know how many there are.
    const isCounted = options.count || options.facets || options.groupBy.length > 0 || limit === 0
    const body = {
      where: conditionsOf(options, words ?? []),
      since: options.since,
      until: options.until,
      accounts: some(options.account),
      regions: some(options.region),
      categories: some(options.category),
      order: options.reverse ? 'oldest' : 'newest',
      // Who asks for counts wants events only when they say how many.
      limit: limit ?? (isCounted ? 0 : undefined),
      groupBy: some(options.groupBy),
      facets: options.facets,
      count: options.count || limit === 0,
    }
    if ([options.json, options.ndjson, options.long].filter(Boolean).length > 1) {
      throw new CommandFailure('--json, --ndjson and --long exclude each other.', {
        advice: 'See: cairn lookup --help',
        exitCode: exitCodes.usage,
      })
    }
    requireValid(body, context)
    await using installation = await context.installation()
    const answer = await installation.call({
      method: 'POST',
      path: '/_cairn/v1/lookup',
      headers: { 'content-type': 'application/json' },
      body: bytesOf(JSON.stringify(body)),
      signal: context.signal,
    })
    const isTimed = options.since !== undefined || options.until !== undefined
    const form = options.json ? 'json' : options.ndjson ? 'ndjson' : options.long ? 'long' : 'line'
    const summary = await show(readLines(answer), context, form)
    if (form !== 'json' && form !== 'ndjson') {
      for (const text of groupsText(summary, options.groupBy)) await context.stdout.line(text)
    }
    if (form !== 'json') {
      for (const note of summaryNotes(summary, { isCounted, isTimed, asked: options.groupBy }, context.stderr.style))
        await context.stderr.line(note)
    }
    if (summary.end === 'time-limit') return exitCodes.failed
    return summary.matched === 0 ? exitCodes.nothingFound : exitCodes.done
  },
})

type Form = 'json' | 'ndjson' | 'long' | 'line'

async function show(lines: AsyncIterable<Uint8Array>, { stdout }: Context, form: Form): Promise<LookupSummary> {
  for await (const line of lines) {
    const record = recordOfLine(line)
    if (form === 'json') await stdout.write(Buffer.concat([line, lineEnd]))
    if (record === undefined) return readSummary(line)
    if (form === 'ndjson') await stdout.write(Buffer.concat([record, lineEnd]))
    else if (form !== 'json') {
      const { event: _, ...head } = JSON.parse(Buffer.from(line).toString())
      await stdout.line((form === 'long' ? longEventText : eventText)(head, record, stdout))
    }
  }
  throw new CommandFailure('The answer broke off: events may be missing.', { advice: 'Try again.' })
}

const lineEnd = Buffer.from('\n')

function readSummary(line: Uint8Array): LookupSummary {
  const last: { summary?: LookupSummary; error?: { message: string; code: string } } = JSON.parse(
    Buffer.from(line).toString(),
  )
  if (last.summary !== undefined) return last.summary
  throw new CommandFailure(`The look-up failed: ${last.error?.message ?? 'unknown'} (${last.error?.code ?? ''})`, {
    advice: 'Try again in a moment; `cairn status` says how far the index is.',
  })
}

/** The same check as the server's, before anything is sent. */
function requireValid(body: object, context: Context): void {
  const parsed = parseLookup(JSON.parse(JSON.stringify(body)), context.nowMs())
  if (parsed.kind === 'query') return
  throw new CommandFailure(`${parsed.problems.join('; ')}.`, {
    advice: 'See: cairn lookup --help',
    exitCode: exitCodes.usage,
  })
}

function limitOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text)
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}
