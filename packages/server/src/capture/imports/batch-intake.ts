import type { Audience, EventFrame, EventLog, Position } from '../../ports/event-log.ts'
import type { EventKey, Recognition } from '../../ports/history-index.ts'
import { type Fate, isAdded, type LeftOut } from './fate.ts'
import { hashBytes, type ParsedBatch } from './parsed-batch.ts'
import type { RunKeys } from './run-keys.ts'

/** A record as what it is imported into may know it. */
export interface ImportKey extends EventKey {
  /** NaN where the record does not tell. */
  readonly timeMs: number
}

/** What an import needs to add nothing twice: the history, or what an event data store was given. */
export interface Seen {
  recognise(keys: readonly ImportKey[]): Promise<Recognised>
  /** Resolves when everything before `end` is known. */
  caughtUp(end: Position): Promise<void>
}

/** What is known of the keys that were asked about. */
export interface Recognised {
  /** In the order of the keys. */
  readonly answers: readonly Recognition[]
  /** Told which of the keys, by their indices, became durable, where nobody else tells. */
  added?(indices: readonly number[]): Promise<void>
}

export interface Intake {
  readonly log: EventLog
  readonly seen: Seen
  readonly audience: Audience
  /** Why a record of this time is not wanted; NaN where it does not tell. */
  leaveOut?(timeMs: number): LeftOut | undefined
  readonly keys: RunKeys
  /** For records that name none. */
  readonly account: string
  readonly region: string
  readonly isPlan: boolean
  nowMs(): number
  catalogVersion(): number
}

/** What became of each record of a batch, by its index. */
export interface TakenBatch {
  readonly fates: readonly Fate[]
  /** Account of each record. */
  accountOf(index: number): string
}

/**
 * Appends the records of a batch that are not here yet. When it resolves they are durable. Batches of one run must be
 * taken one after the other; two records of equal id and content are one, also within the batch.
 */
export async function takeBatch(batch: ParsedBatch, intake: Intake): Promise<TakenBatch> {
  const count = batch.ends.length
  const accounts = batch.accounts.map((account) => account || intake.account)
  const accountOf = (index: number): string => accounts[batch.accountOf[index] ?? 0] ?? intake.account
  const hashes = Buffer.from(batch.hashes.buffer)
  const fates: Fate[] = []
  const asked: number[] = []
  for (let index = 0; index < count; index += 1) {
    const timeMs = batch.times[index] ?? Number.NaN
    const leftOut = intake.leaveOut?.(timeMs)
    if (leftOut !== undefined) {
      fates.push(leftOut)
      continue
    }
    const content = hashes.toString('latin1', index * hashBytes, index * hashBytes + 16)
    const eventId = batch.eventIds[index]
    const fate = intake.keys.note(`${accountOf(index)}\0${eventId ?? `\0${content}`}`, content)
    fates.push(fate)
    if (fate !== 'same') asked.push(index)
  }
  const recognised =
    // Neither keys nor frames are held while they are waited for: what lives on for that long is no young object any more.
    asked.length === 0 ? undefined : await intake.seen.recognise(asked.map((index) => keyOf(batch, index, accountOf)))
  for (const [at, index] of asked.entries()) {
    const answer = recognised?.answers[at]
    if (answer === 'same' || (answer === 'other' && fates[index] === 'new')) fates[index] = answer
  }
  if (intake.isPlan) intake.keys.forgetOldest()
  else {
    await append(batch, fates, accountOf, intake)
    const added = asked.flatMap((index, at) => (isAdded(fates[index] ?? 'same') ? [at] : []))
    if (added.length > 0) await recognised?.added?.(added)
  }
  return { fates, accountOf }
}

function keyOf(batch: ParsedBatch, index: number, accountOf: (index: number) => string): ImportKey {
  return {
    account: accountOf(index),
    eventId: batch.eventIds[index],
    contentHash: batch.hashes.subarray(index * hashBytes, (index + 1) * hashBytes),
    timeMs: batch.times[index] ?? Number.NaN,
  }
}

async function append(
  batch: ParsedBatch,
  fates: readonly Fate[],
  accountOf: (index: number) => string,
  intake: Intake,
): Promise<void> {
  if (!fates.some(isAdded)) return
  const last = (await intake.log.append(framesOf(batch, fates, accountOf, intake))).at(-1)
  if (last !== undefined) await intake.keys.appended(intake.log.after(last))
}

function framesOf(
  batch: ParsedBatch,
  fates: readonly Fate[],
  accountOf: (index: number) => string,
  intake: Intake,
): EventFrame[] {
  const acceptedAtMs = intake.nowMs()
  const catalogVersion = intake.catalogVersion()
  const frames: EventFrame[] = []
  for (const [index, fate] of fates.entries()) {
    if (!isAdded(fate)) continue
    frames.push({
      kind: 'event',
      audience: intake.audience,
      acceptedAtMs,
      account: accountOf(index),
      region: batch.regions[batch.regionOf[index] ?? 0] || intake.region,
      source: 'import',
      catalogVersion,
      bytes: batch.bytes.subarray(index === 0 ? 0 : batch.ends[index - 1], batch.ends[index]),
    })
  }
  return frames
}
