import { readTrailReference, type Trail, type TrailArn, type Trails } from '../../trails/index.ts'
import type { Call, Fail } from '../operation.ts'

type ReferenceError = 'InvalidTrailNameException' | 'CloudTrailARNInvalidException'

/** The place and ARN that a request's trail name or ARN means in this call. */
export function resolveTrailReference(
  nameOrArn: string,
  call: Call,
  fail: Fail<ReferenceError>,
): { readonly arn: TrailArn; readonly account: string; readonly region: string; readonly name: string } {
  const reference = readTrailReference(nameOrArn, call)
  switch (reference.kind) {
    case 'bad-name':
      return fail('InvalidTrailNameException', reference.message)
    case 'bad-arn':
      return fail('CloudTrailARNInvalidException', reference.message)
    case 'trail':
      return reference
  }
}

/**
 * The existing trail that a request means. `unknownAs` is what the error names: the real service shows the full ARN in
 * all operations but GetTrail, which repeats the text it was sent.
 */
export function resolveTrail(
  nameOrArn: string,
  trails: Trails,
  call: Call,
  fail: Fail<ReferenceError | 'TrailNotFoundException'>,
  unknownAs: 'arn' | 'as-sent' = 'arn',
): Trail {
  const reference = resolveTrailReference(nameOrArn, call, fail)
  const trail = reference.account === call.account ? trails.find(reference) : undefined
  if (!trail) return failUnknownTrail(unknownAs === 'arn' ? reference.arn : nameOrArn, call, fail)
  return trail
}

export function failUnknownTrail(shown: string, call: Call, fail: Fail<'TrailNotFoundException'>): never {
  return fail('TrailNotFoundException', `Unknown trail: ${shown} for the user: ${call.account}`)
}

/** As `resolveTrail`, for calls that change the trail: those are answered in its home region only. */
export function resolveTrailAtHome(
  nameOrArn: string,
  trails: Trails,
  call: Call,
  fail: Fail<ReferenceError | 'TrailNotFoundException' | 'InvalidHomeRegionException'>,
): Trail {
  const trail = resolveTrail(nameOrArn, trails, call, fail)
  if (trail.homeRegion !== call.region) {
    fail(
      'InvalidHomeRegionException',
      `The trail ${trail.arn} can only be changed in its home region ${trail.homeRegion}, not in ${call.region}.`,
    )
  }
  return trail
}
