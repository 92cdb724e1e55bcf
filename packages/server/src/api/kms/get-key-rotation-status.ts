import { askedKey, onKey } from './addressed-key.ts'
import { defineOperation } from './service.ts'

export const getKeyRotationStatus = defineOperation({
  name: 'GetKeyRotationStatus',
  action: 'kms:GetKeyRotationStatus',
  uses: ['kms'],
  readOnly: true,
  access: onKey('kms:GetKeyRotationStatus', { takes: 'key', crossAccount: true }),
  run(_input, { kms }, call, fail) {
    const { arn, state, rotation } = askedKey({ kms }, call, fail)
    // A key that waits for its deletion is not rotated any more; what was set comes back when that is cancelled.
    if (rotation === undefined || state.kind === 'pending-deletion') return { KeyId: arn, KeyRotationEnabled: false }
    return {
      KeyId: arn,
      KeyRotationEnabled: true,
      RotationPeriodInDays: rotation.periodDays,
      NextRotationDate: rotation.nextAtMs,
    }
  },
})
