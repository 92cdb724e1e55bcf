import { parseLookup } from '@cairn/core/lookup'
import { Fault } from '../../fault.ts'
import { readableBy } from '../../history/index.ts'
import type { FoundEvent, SearchPart } from '../../ports/history-index.ts'
import type { Capabilities } from '../capabilities.ts'
import { defineEndpoint, type EndpointAnswer, type EndpointRequest } from '../endpoint.ts'
import { lineOfEvent } from './event-lines.ts'
import { readText } from './read-text.ts'
import { refused } from './refused.ts'

/**
 * A look-up with any number of conditions, over all regions: the operator's over all accounts, anyone
 * else's over the own one, as far as policies allow `cloudtrail:LookupEvents`. The answer is NDJSON: a line per event, then
 * one with the summary, or with the error that ended it. Grammar and members: docs/reference/lookup.md.
 */
export const lookup = defineEndpoint({
  method: 'POST',
  path: '/_cairn/v1/lookup',
  uses: ['history', 'clock', 'failedFiles'],
  access: 'caller',
  readOnly: true,
  run: async (request, capabilities) => answer(parsed(await readText(request.body)), request, capabilities),
})

/** The same with the look-up's JSON as the parameter `query`, for what can only follow a link. */
export const lookupByQuery = defineEndpoint({
  method: 'GET',
  path: '/_cairn/v1/lookup',
  uses: ['history', 'clock', 'failedFiles'],
  access: 'caller',
  readOnly: true,
  run: (request, capabilities) => answer(parsed(request.query.get('query') ?? '{}'), request, capabilities),
})

function answer(
  asked: { readonly value: unknown } | undefined,
  request: EndpointRequest,
  { history, clock, failedFiles }: Pick<Capabilities, 'history' | 'clock' | 'failedFiles'>,
): EndpointAnswer {
  if (asked === undefined) return refused('InvalidLookup', 'the look-up must be a JSON object of at most 1 MiB')
  const lookup = parseLookup(asked.value, clock.nowMs())
  if (lookup.kind === 'problems') return refused('InvalidLookup', lookup.problems.join('; '))
  const readable = readableBy(request, lookup.query)
  const parts = history.search(readable.query, readable.caller, request.signal)
  const body = lines(parts, (event) => lineOfEvent(event, failedFiles, request.principal))
  return { status: 200, contentType: 'application/x-ndjson', body }
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

async function* lines(
  parts: AsyncIterable<SearchPart>,
  lineOf: (event: FoundEvent) => Uint8Array,
): AsyncGenerator<Uint8Array | string, void, undefined> {
  try {
    for await (const part of parts) {
      if (part.kind === 'summary') yield `${JSON.stringify({ summary: part.summary })}\n`
      else yield Buffer.concat(part.events.map(lineOf))
    }
  } catch (error) {
    // The status is sent already: what went wrong is the last line.
    if (!(error instanceof Fault)) throw error
    yield `${JSON.stringify({ error: { code: error.code, message: error.message } })}\n`
  }
}
