import type { Obstacle, Trail } from '../../trails/index.ts'
import { trailArn, trailNameProblem } from '../../trails/index.ts'
import type { Fail } from '../operation.ts'
import { defineOperation } from './service.ts'
import { checkTags } from './tag-rules.ts'
import { requestTagKeys } from './trail-access.ts'
import { describeTrailSettings } from './trail-description.ts'
import { requireTrailKey } from './trail-key.ts'
import {
  checkDestination,
  checkLogGroupPair,
  checkPlace,
  checkUnbuiltSettings,
  multiRegionRule,
} from './trail-settings.ts'

export const createTrail = defineOperation({
  name: 'CreateTrail',
  action: 'cloudtrail:CreateTrail',
  uses: ['trails', 'destinations', 'kms', 'clock', 'quotas'],
  readOnly: false,
  // Tags are a permission of their own.
  access(input, _capabilities, call) {
    const isNamed = trailNameProblem(input.Name) === undefined
    const resource = isNamed ? trailArn(call.partition, call.account, call.region, input.Name) : '*'
    const tags = input.TagsList ?? []
    const actions = ['cloudtrail:CreateTrail', ...(tags.length > 0 ? ['cloudtrail:AddTags'] : [])]
    return actions.map((action) => ({ action, resource, context: requestTagKeys(tags) }))
  },
  async run(input, { trails, destinations, kms, clock, quotas }, call, fail) {
    const nameProblem = trailNameProblem(input.Name)
    if (nameProblem !== undefined) fail('InvalidTrailNameException', nameProblem)
    const tags = checkTags(input.TagsList ?? [], fail)
    const isMultiRegion = input.IsMultiRegionTrail ?? false
    const includesGlobalServiceEvents = input.IncludeGlobalServiceEvents ?? true
    if (isMultiRegion && !includesGlobalServiceEvents) {
      fail('InvalidParameterCombinationException', multiRegionRule)
    }
    checkLogGroupPair(input, fail)
    const described: Trail = {
      arn: trailArn(call.partition, call.account, call.region, input.Name),
      name: input.Name,
      account: call.account,
      homeRegion: call.region,
      bucket: input.S3BucketName,
      ...(input.S3KeyPrefix ? { prefix: input.S3KeyPrefix } : {}),
      isMultiRegion,
      includesGlobalServiceEvents,
      validatesLogFiles: input.EnableLogFileValidation ?? false,
      logsItself: input.RecursiveLogging ?? true,
      createdAtMs: clock.nowMs(),
      isLogging: false,
      tags,
    }
    const { trailsPerRegionMax } = quotas
    failObstacle(trails.obstacle(described, trailsPerRegionMax), described, fail)
    checkUnbuiltSettings(input, fail)
    checkPlace(described, fail)
    const keyArn = input.KmsKeyId
      ? await requireTrailKey(input.KmsKeyId, described, { destinations, kms }, fail)
      : undefined
    const trail = { ...described, ...(keyArn !== undefined && { keyArn }) }
    // The bucket may insist on the key.
    checkDestination(trail, destinations, fail)
    // Asked again inside the change: of two concurrent creates of one name exactly one succeeds.
    failObstacle(await trails.create(call.cause, trail, trailsPerRegionMax), trail, fail)
    return describeTrailSettings(trail)
  },
})

function failObstacle(
  obstacle: Obstacle | undefined,
  { name, account }: Trail,
  fail: Fail<'TrailAlreadyExistsException' | 'MaximumNumberOfTrailsExceededException'>,
): void {
  if (obstacle?.kind === 'name-taken') {
    fail('TrailAlreadyExistsException', `Trail ${name} already exists for customer: ${account}`)
  }
  if (obstacle?.kind === 'too-many') {
    fail(
      'MaximumNumberOfTrailsExceededException',
      `User: ${account} already has ${obstacle.count} trails in ${obstacle.region}.`,
    )
  }
}
