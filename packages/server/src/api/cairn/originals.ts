import { defineEndpoint } from '../endpoint.ts'
import { refused } from './refused.ts'

/**
 * What the record of an event had to leave out because of its size: `event`, the event's id. The answer is NDJSON, a
 * line for each member left out: `{"field":"requestParameters","sha256":"<hex of content as written>","content":{…}}`.
 */
export const originals = defineEndpoint({
  method: 'GET',
  path: '/_cairn/v1/originals',
  uses: ['originals'],
  access: 'operator',
  readOnly: true,
  async run({ query, signal }, { originals }) {
    const eventId = query.get('event')
    if (!eventId) return refused('InvalidQuestion', 'the parameter event must be the id of an event')
    const found = await originals.of(eventId, signal)
    if (found === undefined) return refused('UnknownEvent', 'no event in the history has this id')
    return { status: 200, contentType: 'application/x-ndjson', body: lines(found) }
  },
})

async function* lines(texts: readonly Uint8Array[]): AsyncGenerator<Uint8Array | string> {
  for (const text of texts) {
    yield text
    yield '\n'
  }
}
