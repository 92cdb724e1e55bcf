import type { Destinations } from '../../buckets/index.ts'
import type { Kms } from '../../kms/index.ts'
import type { Trail } from '../../trails/index.ts'
import type { CloudTrailOperations } from '../generated/cloudtrail.ts'
import type { Fail } from '../operation.ts'
import { defineOperation } from './service.ts'
import { trailAccess } from './trail-access.ts'
import { describeTrailSettings } from './trail-description.ts'
import { requireTrailKey } from './trail-key.ts'
import { failUnknownTrail, resolveTrailAtHome } from './trail-resolution.ts'
import { checkDestination, checkLogGroupPair, checkUnbuiltSettings, multiRegionRule } from './trail-settings.ts'

type Input = CloudTrailOperations['UpdateTrail']['input']

export const updateTrail = defineOperation({
  name: 'UpdateTrail',
  action: 'cloudtrail:UpdateTrail',
  uses: ['trails', 'destinations', 'kms', 'clock'],
  readOnly: false,
  access: (input, { trails }, call) => trailAccess('cloudtrail:UpdateTrail', input.Name, call, trails),
  async run(input, { trails, destinations, kms, clock }, call, fail) {
    const known = resolveTrailAtHome(input.Name, trails, call, fail)
    const { arn, account, homeRegion: region, name } = known
    const keyArn = await keyAfter(known, input, { destinations, kms }, fail)
    // Judged inside the change: of two updates at once the later one is held against what the earlier one left.
    const updated = await trails.edit(call.cause, { account, region, name }, (trail) => {
      const changed = { ...changedTrail(trail, input, clock.nowMs(), fail), ...(keyArn !== undefined && { keyArn }) }
      checkLogGroupPair(input, fail)
      checkUnbuiltSettings(input, fail)
      checkDestination(changed, destinations, fail)
      return changed
    })
    return updated ? describeTrailSettings(updated) : failUnknownTrail(arn, call, fail)
  },
})

/**
 * The key of the trail once it is updated. It is tried whenever the key or the place of the files changes, before the
 * change itself, since a trial is recorded; what happens to the key afterwards, delivery finds out.
 */
async function keyAfter(
  trail: Trail,
  input: Input,
  needs: { readonly destinations: Destinations; readonly kms: Kms },
  fail: Parameters<typeof requireTrailKey>[3],
): Promise<string | undefined> {
  const wanted = input.KmsKeyId ?? trail.keyArn
  if (!wanted) return undefined
  const isMoved = input.S3BucketName !== undefined || input.S3KeyPrefix !== undefined
  if (wanted === trail.keyArn && !isMoved) return wanted
  const { prefix: _, ...rest } = trail
  const prefix = input.S3KeyPrefix ?? trail.prefix
  const moved = { ...rest, bucket: input.S3BucketName ?? trail.bucket, ...(prefix && { prefix }) }
  return requireTrailKey(wanted, moved, needs, fail)
}

/** The trail with the members that were sent; the others stay, but for its key. */
function changedTrail(
  trail: Trail,
  input: Input,
  nowMs: number,
  fail: Fail<'InvalidParameterCombinationException'>,
): Trail {
  const { prefix, keyArn: _, ...rest } = trail
  const newPrefix = input.S3KeyPrefix ?? prefix
  const isMultiRegion = input.IsMultiRegionTrail ?? trail.isMultiRegion
  const includesGlobalServiceEvents = input.IncludeGlobalServiceEvents ?? globalServiceDefault(trail, isMultiRegion)
  if (isMultiRegion && !includesGlobalServiceEvents) fail('InvalidParameterCombinationException', multiRegionRule)
  return {
    ...rest,
    ...(newPrefix && { prefix: newPrefix }),
    bucket: input.S3BucketName ?? trail.bucket,
    isMultiRegion,
    includesGlobalServiceEvents,
    validatesLogFiles: input.EnableLogFileValidation ?? trail.validatesLogFiles,
    ...(input.EnableLogFileValidation && !trail.validatesLogFiles && { validatesLogFilesSinceMs: nowMs }),
    logsItself: input.RecursiveLogging ?? trail.logsItself,
  }
}

/** Becoming a trail of all regions switches global service events on; becoming one of a single region, off. */
function globalServiceDefault(trail: Trail, isMultiRegion: boolean): boolean {
  return isMultiRegion === trail.isMultiRegion ? trail.includesGlobalServiceEvents : isMultiRegion
}
