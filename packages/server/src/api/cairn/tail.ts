import { eventLine, parseLookup } from '@cairn/core/lookup'
import { type FollowPart, readableBy } from '../../history/index.ts'
import { defineEndpoint } from '../endpoint.ts'

/**
 * New events as they come in: the conditions of a look-up, answered without end. A line per event as in a look-up, and
 * `{"missed":true}` where retention overtook a slow caller. See docs/reference/lookup.md.
 */
export const tail = defineEndpoint({
  method: 'GET',
  path: '/_cairn/v1/tail',
  uses: ['history', 'clock'],
  access: 'caller',
  readOnly: true,
  run(request, { history, clock }) {
    const lookup = parseLookup(parsed(request.query.get('query') ?? '{}'), clock.nowMs())
    if (lookup.kind === 'problems') {
      const body = JSON.stringify({ code: 'InvalidLookup', message: lookup.problems.join('; ') })
      return { status: 400, contentType: 'application/json', body }
    }
    const { query } = readableBy(request, lookup.query)
    return { status: 200, contentType: 'application/x-ndjson', body: lines(history.follow(query, request.signal)) }
  },
})

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function* lines(parts: AsyncIterable<FollowPart>): AsyncGenerator<Uint8Array | string, void, undefined> {
  // Something at once: the caller then knows that it is listening.
  yield '{"following":true}\n'
  for await (const part of parts) {
    if (part.kind === 'missed') yield '{"missed":true}\n'
    else {
      for (const { account, region, timeMs, position, bytes } of part.events) {
        yield eventLine({ account, region, time: new Date(timeMs).toISOString(), position }, bytes)
      }
    }
  }
}
