import { defineOperation } from './service.ts'
import { trailAccess } from './trail-access.ts'
import { describeTrail } from './trail-description.ts'
import { resolveTrail } from './trail-resolution.ts'

export const getTrail = defineOperation({
  name: 'GetTrail',
  action: 'cloudtrail:GetTrail',
  uses: ['trails'],
  readOnly: true,
  access: (input, { trails }, call) => trailAccess('cloudtrail:GetTrail', input.Name, call, trails),
  run: (input, { trails }, call, fail) => ({
    Trail: describeTrail(resolveTrail(input.Name, trails, call, fail, 'as-sent')),
  }),
})
