import { rotationFrom } from '../../kms/index.ts'
import type { EnableKeyRotationRequest } from '../generated/kms.ts'
import { management, onKey } from './addressed-key.ts'
import { changeKey, requireEnabled } from './change-key.ts'
import { defineOperation } from './service.ts'

/** @source KMS API Reference, EnableKeyRotation */
const periodDaysDefault = 365

export const enableKeyRotation = defineOperation({
  name: 'EnableKeyRotation',
  action: 'kms:EnableKeyRotation',
  uses: ['kms', 'clock'],
  readOnly: false,
  access: onKey('kms:EnableKeyRotation', management, (input: EnableKeyRotationRequest) => ({
    'kms:RotationPeriodInDays': String(input.RotationPeriodInDays ?? periodDaysDefault),
  })),
  run(input, { kms, clock }, call, fail) {
    return changeKey({ kms }, call, fail, (key) => {
      requireEnabled(key, fail)
      const periodDays = input.RotationPeriodInDays ?? key.rotation?.periodDays ?? periodDaysDefault
      // Switching on what is on, with the same period, does not begin the period anew.
      if (key.rotation?.periodDays === periodDays) return key
      return { ...key, rotation: rotationFrom(clock.nowMs(), periodDays) }
    })
  },
})
