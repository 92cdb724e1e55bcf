import type { EventFrame, EventLog, Position } from '../../ports/event-log.ts'
import type { EventKey, Recognition } from '../../ports/history-index.ts'
import { hashBytes, type ParsedBatch } from './parsed-batch.ts'
import type { RunKeys } from './run-keys.ts'

/** The part of the history that an import needs to add nothing twice. */
export interface Seen {
  recognise(keys: readonly EventKey[]): Promise<readonly Recognition[]>
  /** Resolves when everything before `end` is known. */
  caughtUp(end: Position): Promise<void>
}

export interface Intake {
  readonly log: EventLog
  readonly seen: Seen
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
  readonly fates: readonly Recognition[]
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
  const fates: Recognition[] = []
  const asked: { readonly index: number; readonly key: EventKey }[] = []
  for (let index = 0; index < count; index += 1) {
    const contentHash = batch.hashes.subarray(index * hashBytes, (index + 1) * hashBytes)
    const content = Buffer.from(contentHash.buffer, contentHash.byteOffset, 16).toString('latin1')
    const account = accountOf(index)
    const eventId = batch.eventIds[index]
    const fate = intake.keys.note(`${account}\0${eventId ?? `\0${content}`}`, content)
    fates.push(fate)
    if (fate !== 'same') asked.push({ index, key: { account, eventId, contentHash } })
  }
  const answers = asked.length === 0 ? [] : await intake.seen.recognise(asked.map(({ key }) => key))
  for (const [at, { index }] of asked.entries()) {
    const answer = answers[at]
    if (answer === 'same' || (answer === 'other' && fates[index] === 'new')) fates[index] = answer
  }
  if (intake.isPlan) intake.keys.forgetOldest()
  else await append(batch, fates, accountOf, intake)
  return { fates, accountOf }
}

async function append(
  batch: ParsedBatch,
  fates: readonly Recognition[],
  accountOf: (index: number) => string,
  intake: Intake,
): Promise<void> {
  const acceptedAtMs = intake.nowMs()
  const catalogVersion = intake.catalogVersion()
  const frames: EventFrame[] = []
  for (const [index, fate] of fates.entries()) {
    if (fate === 'same') continue
    frames.push({
      kind: 'event',
      // Imported events are searched; they are never delivered, alarmed on or learned from.
      audience: { kind: 'history' },
      acceptedAtMs,
      account: accountOf(index),
      region: batch.regions[batch.regionOf[index] ?? 0] || intake.region,
      source: 'import',
      catalogVersion,
      bytes: batch.bytes.subarray(index === 0 ? 0 : batch.ends[index - 1], batch.ends[index]),
    })
  }
  if (frames.length === 0) return
  const last = (await intake.log.append(frames)).at(-1)
  if (last !== undefined) await intake.keys.appended(intake.log.after(last))
}
