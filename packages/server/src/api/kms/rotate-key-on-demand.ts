import { askedKey, onKey, texts } from './addressed-key.ts'
import { requireEnabled } from './change-key.ts'
import { defineOperation } from './service.ts'

/** @source KMS Developer Guide, resource quotas: on-demand rotation */
const onDemandMax = 25

export const rotateKeyOnDemand = defineOperation({
  name: 'RotateKeyOnDemand',
  action: 'kms:RotateKeyOnDemand',
  uses: ['kms'],
  readOnly: false,
  access: onKey('kms:RotateKeyOnDemand'),
  async run(_input, { kms }, call, fail) {
    const { arn, ...place } = askedKey({ kms }, call, fail)
    const rotated = await kms.rotate(call.cause, place, (key) => {
      requireEnabled(key, fail)
      const done = key.materials.filter(({ rotation }) => rotation === 'ON_DEMAND').length
      if (done >= onDemandMax) fail('LimitExceededException', `${arn} was rotated on demand ${done} times.`)
    })
    return rotated === undefined ? fail('NotFoundException', texts.noKey(arn)) : { KeyId: arn }
  },
})
