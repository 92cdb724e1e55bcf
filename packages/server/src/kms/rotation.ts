import type { CatalogDraft } from '../ports/catalog.ts'
import type { Ids } from '../ports/ids.ts'
import type { KeyVault } from '../ports/key-vault.ts'
import {
  currentMaterial,
  type KeyMaterial,
  type KeyPlace,
  type KmsKey,
  keyCollection,
  keyPath,
  type MaterialTurn,
  materialCollection,
} from './key.ts'
import { noteEvent } from './service-event.ts'

const dayMs = 86_400_000
const materialBytes = 32

/** Where a material is kept, and what it is sealed for. */
export function materialPath({ id }: KeyPlace, materialId: string): string {
  return `${id}/${materialId}`
}

export function newMaterial(
  key: KeyPlace,
  { vault, ids }: { readonly vault: KeyVault; readonly ids: Ids },
): { readonly id: string; readonly path: string; readonly stored: KeyMaterial } {
  const id = Buffer.from(ids.bytes(32)).toString('hex')
  const path = materialPath(key, id)
  return { id, path, stored: { sealed: vault.seal(ids.bytes(materialBytes), path) } }
}

/** Gives a key new material within a change, and notes the event that tells of it. */
export function rotated(
  draft: CatalogDraft,
  key: KmsKey,
  rotation: NonNullable<MaterialTurn['rotation']>,
  { vault, ids, nowMs }: { readonly vault: KeyVault; readonly ids: Ids; readonly nowMs: number },
): KmsKey {
  const material = newMaterial(key, { vault, ids })
  const isDue = rotation === 'AUTOMATIC' && key.rotation !== undefined
  const turned: KmsKey = {
    ...key,
    materials: [...key.materials, { id: material.id, sinceMs: nowMs, rotation }],
    // Rotating on demand does not move the schedule.
    ...(isDue && { rotation: rotationFrom(nowMs, key.rotation.periodDays) }),
  }
  draft.put(keyCollection, keyPath(key), turned)
  draft.put(materialCollection, material.path, material.stored)
  noteEvent(draft, key, {
    eventId: ids.uuid(),
    eventName: 'RotateKey',
    atMs: nowMs,
    details: {
      rotationType: rotation,
      keyOrigin: 'AWS_KMS',
      previousKeyMaterialId: currentMaterial(key).id,
      currentKeyMaterialId: material.id,
    },
  })
  return turned
}

/** The schedule of a key whose rotation is switched on, or done, at `nowMs`. */
export function rotationFrom(nowMs: number, periodDays: number): NonNullable<KmsKey['rotation']> {
  return { periodDays, nextAtMs: nowMs + periodDays * dayMs }
}
