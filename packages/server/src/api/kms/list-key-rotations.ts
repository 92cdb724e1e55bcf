import { askedKey, onKey } from './addressed-key.ts'
import { requireKept } from './change-key.ts'
import { listPage } from './list-page.ts'
import { defineOperation } from './service.ts'

export const listKeyRotations = defineOperation({
  name: 'ListKeyRotations',
  action: 'kms:ListKeyRotations',
  uses: ['kms'],
  readOnly: true,
  access: onKey('kms:ListKeyRotations'),
  run(input, { kms }, call, fail) {
    const key = askedKey({ kms }, call, fail)
    requireKept(key, fail)
    const isAllWanted = input.IncludeKeyMaterial === 'ALL_KEY_MATERIAL'
    const places = key.materials.map((material, index) => ({ material, place: String(index).padStart(6, '0') }))
    const shown = places.filter(({ material }) => isAllWanted || material.rotation !== undefined)
    const { items, members } = listPage(shown, ({ place }) => place, input, fail)
    const rotations = items.map(({ material: { id, sinceMs, rotation } }) => ({
      KeyId: key.arn,
      KeyMaterialId: id,
      ...(isAllWanted && ({ KeyMaterialState: id === key.materials.at(-1)?.id ? 'CURRENT' : 'NON_CURRENT' } as const)),
      ...(rotation !== undefined && { RotationDate: sinceMs, RotationType: rotation }),
    }))
    return { Rotations: rotations, ...members }
  },
})
