import type { Position } from '../../ports/event-log.ts'
import type { LakeBatch, LakeEvent, RuleSet } from '../../ports/lake-files.ts'
import type { EventPlace, PackedEvents } from './worker-messages.ts'

/** `isKnown`: rule sets that the thread has. */
export function packEvents({ events, next }: LakeBatch, isKnown: (rules: number) => boolean): PackedEvents {
  const bytes = new Uint8Array(events.reduce((sum, event) => sum + event.bytes.length, 0))
  const ends = new Uint32Array(events.length)
  const positions = new Float64Array(events.length)
  const placeOf = new Uint32Array(events.length)
  const places: EventPlace[] = []
  const numbers = new Map<string, number>()
  const ruleSets = new Map<number, RuleSet>()
  let end = 0
  for (const [index, event] of events.entries()) {
    bytes.set(event.bytes, end)
    end += event.bytes.length
    ends[index] = end
    positions[index] = event.position
    const { account, region, store, rules, rulesAfter } = event
    for (const set of [rules, rulesAfter]) if (set !== undefined && !isKnown(set.number)) ruleSets.set(set.number, set)
    const key = `${account} ${region} ${store} ${rules.number} ${rulesAfter?.number}`
    let number = numbers.get(key)
    if (number === undefined) {
      number = places.push({ account, region, store, rules: rules.number, rulesAfter: rulesAfter?.number }) - 1
      numbers.set(key, number)
    }
    placeOf[index] = number
  }
  return { bytes: bytes.buffer, ends, positions, placeOf, places, next, ruleSets: [...ruleSets.values()] }
}

/** `rulesOf` knows all rule sets that were ever sent. The events' bytes are views of the buffer. */
export function unpackEvents(packed: PackedEvents, rulesOf: (rules: number) => RuleSet): LakeBatch {
  const places = packed.places.map(({ rules, rulesAfter, ...place }) => ({
    ...place,
    rules: rulesOf(rules),
    rulesAfter: rulesAfter === undefined ? undefined : rulesOf(rulesAfter),
  }))
  const [none] = places
  const events: LakeEvent[] = []
  let start = 0
  for (const [index, end] of packed.ends.entries()) {
    const place = places[packed.placeOf[index] ?? 0] ?? none
    const bytes = new Uint8Array(packed.bytes, start, end - start)
    if (place !== undefined) events.push({ ...place, position: (packed.positions[index] ?? 0) as Position, bytes })
    start = end
  }
  return { events, next: packed.next }
}
