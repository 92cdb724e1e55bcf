import { judgeAdvancedSelectors, judgeBasicSelectors } from '@cairn/core/selectors'
import type { TrailSelectors } from '../../trails/index.ts'
import type { CloudTrailOperations } from '../generated/cloudtrail.ts'
import type { Fail } from '../operation.ts'
import { describeSelectors } from './selector-description.ts'
import { defineOperation } from './service.ts'
import { trailAccess } from './trail-access.ts'
import { failUnknownTrail, resolveTrailAtHome } from './trail-resolution.ts'

/** Replaces a trail's selectors, of whichever kind they were. */
export const putEventSelectors = defineOperation({
  name: 'PutEventSelectors',
  action: 'cloudtrail:PutEventSelectors',
  uses: ['trails'],
  readOnly: false,
  access: (input, { trails }, call) => trailAccess('cloudtrail:PutEventSelectors', input.TrailName, call, trails),
  async run(input, { trails }, call, fail) {
    const { arn, account, homeRegion: region, name } = resolveTrailAtHome(input.TrailName, trails, call, fail)
    const selectors = readSelectors(input, fail)
    const edited = await trails.edit(call.cause, { account, region, name }, (trail) => ({ ...trail, selectors }))
    return edited ? { TrailARN: arn, ...describeSelectors(selectors) } : failUnknownTrail(arn, call, fail)
  },
})

function readSelectors(
  input: CloudTrailOperations['PutEventSelectors']['input'],
  fail: Fail<'InvalidEventSelectorsException'>,
): TrailSelectors {
  // Some clients send the kind they do not mean as an empty list.
  const { EventSelectors: basic = [], AdvancedEventSelectors: advanced = [] } = input
  if (basic.length > 0 && advanced.length > 0) {
    fail(
      'InvalidEventSelectorsException',
      'A trail can have event selectors or advanced event selectors, but not both.',
    )
  }
  if (advanced.length > 0) {
    const verdict = judgeAdvancedSelectors(advanced, 'trail')
    if (verdict.kind === 'invalid') return fail('InvalidEventSelectorsException', verdict.message)
    return { kind: 'advanced', shown: verdict.shown }
  }
  const verdict = judgeBasicSelectors(basic)
  if (verdict.kind === 'invalid') return fail('InvalidEventSelectorsException', verdict.message)
  return { kind: 'basic', shown: verdict.shown }
}
