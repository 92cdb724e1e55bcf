import type { Catalog, CatalogDraft } from '../ports/catalog.ts'
import type { Clock } from '../ports/clock.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { Ids } from '../ports/ids.ts'
import type { KeyVault } from '../ports/key-vault.ts'
import { removeGrants } from './grant-store.ts'
import type { KmsAlias, KmsKey } from './key.ts'
import { aliasCollection, aliasPath, keyCollection, keyPath, materialCollection } from './key.ts'
import { materialPath, rotated } from './rotation.ts'
import { eventFrame, forgetEvents, notedEvents, noteEvent } from './service-event.ts'

export interface DueWorkOptions {
  readonly catalog: Catalog
  readonly vault: KeyVault
  readonly log: EventLog
  readonly clock: Clock
  readonly ids: Ids
}

const ourselves = { intentId: undefined }

/**
 * What comes due by itself: deletions and rotations, one change for each key, judged again inside it, for a key may
 * have been saved meanwhile. Events of an earlier run that was cut short are written first.
 */
export function createDueWork(options: DueWorkOptions): () => Promise<void> {
  const { catalog, clock, vault, ids } = options

  async function carryOut(key: KmsKey): Promise<void> {
    await catalog.change(ourselves, (draft) => {
      const newest = draft.get(keyCollection, keyPath(key))
      const nowMs = clock.nowMs()
      if (newest === undefined) return
      if (isToBeDeleted(newest, nowMs)) remove(draft, newest, ids.uuid(), nowMs)
      else if (isToBeRotated(newest, nowMs)) rotated(draft, newest, 'AUTOMATIC', { vault, ids, nowMs })
    })
  }

  return async () => {
    await writeEvents(options)
    const nowMs = clock.nowMs()
    const due = catalog.list(keyCollection).filter(({ value }) => isDue(value, nowMs))
    for (const { value } of due) await carryOut(value)
    await writeEvents(options)
  }
}

function isDue(key: KmsKey, nowMs: number): boolean {
  return isToBeDeleted(key, nowMs) || isToBeRotated(key, nowMs)
}

function isToBeDeleted({ state }: KmsKey, nowMs: number): boolean {
  return state.kind === 'pending-deletion' && state.deletesAtMs <= nowMs
}

/** A disabled key waits, and is rotated when it is enabled again. */
function isToBeRotated({ state, rotation }: KmsKey, nowMs: number): boolean {
  return state.kind === 'enabled' && rotation !== undefined && rotation.nextAtMs <= nowMs
}

function remove(draft: CatalogDraft, key: KmsKey, eventId: string, atMs: number): void {
  for (const { id } of key.materials) draft.delete(materialCollection, materialPath(key, id))
  for (const { value } of aliasesOf(draft, key)) draft.delete(aliasCollection, aliasPath(value))
  removeGrants(draft, key)
  draft.delete(keyCollection, keyPath(key))
  noteEvent(draft, key, { eventId, eventName: 'DeleteKey', atMs })
}

function aliasesOf(draft: CatalogDraft, { account, region, id }: KmsKey): readonly { readonly value: KmsAlias }[] {
  return draft.list(aliasCollection, `${account}/${region}/`).filter(({ value }) => value.keyId === id)
}

async function writeEvents({ catalog, log, clock }: DueWorkOptions) {
  const events = notedEvents(catalog)
  if (events.length === 0) return
  const frames = events.map((event) => eventFrame(event, catalog.version, clock.nowMs()))
  await log.append(frames, { reserved: true })
  await catalog.change(ourselves, (draft) => forgetEvents(draft, events))
}
