import { loadModel } from '@cairn/aws-kit/model'
import { ProtocolError, parseInput, validateInput } from '@cairn/aws-kit/protocol'
import { parseLookup } from '@cairn/core/lookup'
import type { Selector } from '@cairn/core/selectors'
import { Fault } from '../../fault.ts'
import { judgeTrailSelectors, meaningOf, type TrialPart, trySelectors } from '../../trails/index.ts'
import { defineEndpoint, type EndpointAnswer } from '../endpoint.ts'
import type { CloudTrailOperations } from '../generated/cloudtrail.ts'
import { readText } from './read-text.ts'
import { refused } from './refused.ts'

/**
 * What selectors would keep of the events in the history. The body is JSON: `selectors`, in any form that the AWS
 * command line reads or prints, and of a look-up `since`, `until`, `accounts`, `regions`, `limit`. The answer is
 * NDJSON: lines of progress, then one with the summary, or with the error that ended it.
 */
export const selectorsTry = defineEndpoint({
  method: 'POST',
  path: '/_cairn/v1/selectors/try',
  uses: ['history', 'clock', 'resourceTypes'],
  access: 'operator',
  readOnly: true,
  async run({ body, signal }, { history, clock, resourceTypes }) {
    const asked = objectOf(await readText(body))
    if (!asked) return unusable('the body must be a JSON object of at most 1 MiB')
    const { selectors, ...range } = asked
    const lookup = parseLookup({ limit: eventsMax, ...range }, clock.nowMs())
    if (lookup.kind === 'problems') return unusable(lookup.problems.join('; '))
    const read = await readSelectors(selectors, resourceTypes)
    if ('problem' in read) return unusable(read.problem)
    const parts = trySelectors(read.selectors, history.search(lookup.query, 'operator', signal))
    return { status: 200, contentType: 'application/x-ndjson', body: lines(parts) }
  },
})

/** Newest events that are looked at unless the caller says otherwise: some seconds' work. */
const eventsMax = 100_000
/** Reads selectors as PutEventSelectors would: by the same model and the same rules. */
async function readSelectors(
  given: unknown,
  resourceTypes: ReadonlySet<string>,
): Promise<{ readonly selectors: readonly Selector[] } | { readonly problem: string }> {
  const model = await loadModel('cloudtrail')
  const operation = model.operations.PutEventSelectors
  if (!operation) throw new TypeError('the model knows PutEventSelectors')
  const lists = namedKind(given)
  const request = Buffer.from(JSON.stringify({ TrailName: 'trial', ...lists }))
  const head = { method: 'POST', path: '/', query: '', headers: {} }
  try {
    const input = parseInput({ model, operation, head, labels: {}, parameters: [] }, request)
    validateInput(model, operation, input)
    const strange = strangeMember(lists, input)
    if (strange !== undefined) return { problem: `${strange} is no member of event selectors` }
    const verdict = judgeTrailSelectors(input as CloudTrailOperations['PutEventSelectors']['input'], resourceTypes)
    return verdict.kind === 'valid' ? { selectors: meaningOf(verdict.selectors) } : { problem: verdict.message }
  } catch (error) {
    if (error instanceof ProtocolError) return { problem: error.message }
    throw error
  }
}

/** The operation passes over members it does not know. Here that would be the count of other selectors than were meant. */
function strangeMember(given: unknown, read: unknown): string | undefined {
  if (typeof given !== 'object' || given === null) return undefined
  const known = (read ?? {}) as Readonly<Record<string, unknown>>
  for (const [name, value] of Object.entries(given)) {
    if (!(name in known)) return name
    const strange = strangeMember(value, known[name])
    if (strange !== undefined) return strange
  }
  return undefined
}

/** A list alone is of the kind its members look like, as in the files for `--advanced-event-selectors`. */
function namedKind(given: unknown): object {
  if (!Array.isArray(given)) {
    // What get-event-selectors prints names the trail, too.
    const { EventSelectors, AdvancedEventSelectors } = (given ?? {}) as Readonly<Record<string, unknown>>
    return {
      ...(EventSelectors !== undefined && { EventSelectors }),
      ...(AdvancedEventSelectors !== undefined && { AdvancedEventSelectors }),
    }
  }
  const isAdvanced = given.some((one) => typeof one === 'object' && one !== null && 'FieldSelectors' in one)
  return isAdvanced ? { AdvancedEventSelectors: given } : { EventSelectors: given }
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Readonly<Record<string, unknown>>) : undefined
  } catch {
    return undefined
  }
}

function unusable(message: string): EndpointAnswer {
  return refused('InvalidSelectors', message)
}

async function* lines(parts: AsyncIterable<TrialPart>): AsyncGenerator<string, void, undefined> {
  try {
    for await (const { kind, ...part } of parts) yield `${JSON.stringify({ [kind]: part })}\n`
  } catch (error) {
    // The status is sent already: what went wrong is the last line.
    if (!(error instanceof Fault)) throw error
    yield `${JSON.stringify({ error: { code: error.code, message: error.message } })}\n`
  }
}
