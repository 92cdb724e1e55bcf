import type { ScheduleKeyDeletionRequest } from '../generated/kms.ts'
import { management, onKey } from './addressed-key.ts'
import { editKey, requireKept } from './change-key.ts'
import { defineOperation } from './service.ts'

const dayMs = 86_400_000

/** @source KMS API Reference, ScheduleKeyDeletion: 7 to 30 days, 30 unless asked otherwise */
const windowDaysDefault = 30

export const scheduleKeyDeletion = defineOperation({
  name: 'ScheduleKeyDeletion',
  action: 'kms:ScheduleKeyDeletion',
  uses: ['kms', 'clock'],
  readOnly: false,
  access: onKey('kms:ScheduleKeyDeletion', management, (input: ScheduleKeyDeletionRequest) => ({
    'kms:ScheduleKeyDeletionPendingWindowInDays': String(input.PendingWindowInDays ?? windowDaysDefault),
  })),
  async run(input, { kms, clock }, call, fail) {
    const windowDays = input.PendingWindowInDays ?? windowDaysDefault
    if (windowDays < 7 || windowDays > 30) {
      fail('ValidationException', 'PendingWindowInDays must be between 7 and 30.')
    }
    const deletesAtMs = clock.nowMs() + windowDays * dayMs
    const { arn } = await editKey({ kms }, call, fail, (key) => {
      requireKept(key, fail)
      return { ...key, state: { kind: 'pending-deletion', deletesAtMs, windowDays } }
    })
    return {
      KeyId: arn,
      DeletionDate: deletesAtMs,
      KeyState: 'PendingDeletion',
      PendingWindowInDays: windowDays,
    }
  },
})
