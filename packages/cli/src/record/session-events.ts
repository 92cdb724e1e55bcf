import { setTimeout as sleep } from 'node:timers/promises'
import type { Installation } from '@cairn/server'
import { readLines } from '../installation/index.ts'

/** The most that a look-up gives. */
const eventsMax = 1_000_000
/** Indexing goes at tens of thousands of events a second; a minute of it is more than any session leaves behind. */
const indexedPollMs = 50
const indexedTriesMax = 1_200

/** Every event of the session, once the index has them all. */
export async function* eventsOf(installation: Installation): AsyncGenerator<Uint8Array> {
  for (let tries = 0; tries < indexedTriesMax; tries += 1) {
    const [summary] = await Array.fromAsync(lookup(installation, { limit: 0 }))
    if (Buffer.from(summary ?? []).includes('"isCaughtUp":true')) break
    await sleep(indexedPollMs)
  }
  // Looking things up is a call of Cairn's own, and no part of the session.
  const where = [{ field: 'eventSource', is: 'cairn.internal', not: true }]
  yield* lookup(installation, { where, order: 'oldest', limit: eventsMax })
}

async function* lookup({ endpoint }: Installation, query: object): AsyncGenerator<Uint8Array> {
  const answer = await endpoint({
    method: 'POST',
    path: '/_cairn/v1/lookup',
    query: new URLSearchParams(),
    headers: {},
    body: bytesOf([JSON.stringify(query)]),
    signal: new AbortController().signal,
  })
  yield* readLines({ ...answer, body: bytesOf(typeof answer.body === 'string' ? [answer.body] : answer.body) })
}

async function* bytesOf(parts: Iterable<string> | AsyncIterable<string | Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const part of parts) yield typeof part === 'string' ? Buffer.from(part) : part
}
