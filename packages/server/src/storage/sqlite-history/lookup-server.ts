import type { Position } from '../../ports/event-log.ts'
import type { EventPlace, Search } from '../../ports/history-index.ts'
import type { SegmentReader } from '../segment-log/index.ts'
import { faultOf, noteOf } from './fault-note.ts'
import { type FrameBatch, packFrames } from './frame-batch.ts'
import type { IndexReader } from './index-reader.ts'
import { createKeptEvents, isKept } from './kept-events.ts'
import { packAnswers, unpackKeys } from './key-batch.ts'
import { createRemoteSource, createSegmentSource } from './record-source.ts'
import { cancelled, RunningSearch } from './running-search.ts'
import { type Match, runSearch } from './search-run.ts'
import type { FromLookupWorker, ToLookupWorker } from './worker-messages.ts'

type Send = (message: FromLookupWorker, transfer: ArrayBuffer[]) => void

type Asked = ToLookupWorker & { readonly kind: 'search' | 'page' }

/** Shown events kept: some thirty pages. */
const keptBytesMax = 4 * 1024 * 1024

/** Runs searches side by side on one thread, in turns. */
export function createLookupServer(
  reader: IndexReader,
  segments: SegmentReader | undefined,
  send: Send,
): { take(message: ToLookupWorker): void } {
  const running = new Map<number, RunningSearch>()
  const fetches = new Map<number, PromiseWithResolvers<FrameBatch>>()
  let lastFetch = 0
  const fetch = (positions: readonly number[]): Promise<FrameBatch> => {
    const id = ++lastFetch
    const waiting = Promise.withResolvers<FrameBatch>()
    fetches.set(id, waiting)
    send({ kind: 'fetch', id: undefined, fetchId: id, positions }, [])
    return waiting.promise.finally(() => fetches.delete(id))
  }
  const remote = createRemoteSource(fetch)
  const source = segments === undefined ? remote : createSegmentSource(segments, remote)
  const kept = createKeptEvents(keptBytesMax)
  let keptOf = segments?.changes
  /** What retention removed must not be shown from memory. */
  const keptNow = () => {
    segments?.refresh()
    if (segments?.changes !== keptOf) kept.clear()
    keptOf = segments?.changes
    return segments && kept
  }

  const search = async ({ id, search: asked }: Asked, run: RunningSearch): Promise<void> => {
    for await (const part of runSearch(reader, asked, run)) {
      if (part.kind === 'end') {
        send({ kind: 'end', id, summary: { ...part.summary, tookMs: Math.round(run.usedMs) } }, [])
      } else {
        const { batch, found } = packMatches(part.matches)
        send({ kind: 'matches', id, batch, found }, [batch.bytes])
        await run.sent()
      }
    }
  }
  const page = async ({ id, search: asked }: Asked, run: RunningSearch): Promise<void> => {
    const { eventsMax } = asked.query
    const found: Match[] = []
    // One more than asked tells whether there is another page.
    for await (const part of runSearch(
      reader,
      { ...asked, query: { ...asked.query, eventsMax: eventsMax + 1 } },
      run,
    )) {
      if (part.kind === 'matches') found.push(...part.matches)
      else {
        const shown = found.slice(0, eventsMax)
        const last = found.length > shown.length ? shown.at(-1) : undefined
        const entries = joined(
          shown.map(({ event, looked }) => (isKept(event) ? event : kept.show(event, looked)).entry),
        )
        const summary = { ...part.summary, tookMs: Math.round(run.usedMs) }
        send({ kind: 'page', id, entries, last: last && placeOf(last), summary }, [entries.buffer])
      }
    }
  }
  const start = async (message: Asked): Promise<void> => {
    const { id, search: asked, searchMsMax } = message
    const run = new RunningSearch(
      searchMsMax,
      source,
      isByFields(asked) && message.kind === 'page' ? keptNow() : undefined,
    )
    running.set(id, run)
    try {
      await (message.kind === 'page' ? page(message, run) : search(message, run))
    } catch (error) {
      if (error !== cancelled) send({ kind: 'failed', id, fault: noteOf(error) }, [])
    } finally {
      running.delete(id)
    }
  }
  return {
    take(message) {
      switch (message.kind) {
        case 'search':
        case 'page':
          void start(message)
          return
        case 'more':
          return running.get(message.id)?.taken()
        case 'cancel':
          return running.get(message.id)?.cancel()
        case 'fetched':
          return fetches.get(message.id)?.resolve(message.batch)
        case 'fetch-failed':
          return fetches.get(message.id)?.reject(faultOf(message.fault))
        case 'recognise':
          try {
            const recognised = packAnswers(reader.ids.recognise(unpackKeys(message.keys)))
            send({ kind: 'recognised', id: message.id, recognised }, [recognised.buffer])
          } catch (error) {
            send({ kind: 'failed', id: message.id, fault: noteOf(error) }, [])
          }
      }
    },
  }
}

/** Whether what is kept of an event is enough to tell whether it is meant. */
function isByFields({ query }: Search): boolean {
  return query.conditions.every(({ subject }) => subject.kind === 'field')
}

function placeOf({ event, looked }: Match): EventPlace {
  return { timeMs: looked.timeMs, position: event.position as Position }
}

const comma = 0x2c

/** The entries with commas between, in a buffer of its own, which can be handed over. */
function joined(entries: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(
    Math.max(
      0,
      entries.reduce((sum, { length }) => sum + length + 1, -1),
    ),
  )
  let at = 0
  for (const entry of entries) {
    if (at > 0) bytes[at++] = comma
    bytes.set(entry, at)
    at += entry.length
  }
  return bytes
}

function packMatches(matches: readonly Match[]) {
  const batch = packFrames(matches.map(({ event }) => event))
  return { batch, found: matches.map(({ looked: { timeMs, fields } }) => ({ timeMs, fields })) }
}
