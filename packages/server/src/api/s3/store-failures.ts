import { Fault } from '../../fault.ts'
import type { Fail } from '../operation.ts'
import { texts } from './bucket-access.ts'

export type StoreFailure = 'NoSuchBucket' | 'PreconditionFailed' | 'NoSuchKey' | 'SlowDown' | 'AccessDenied'

/** Runs work on objects and says in S3's words what the store refused. Everything else passes through. */
export async function inS3Words<Result>(fail: Fail<StoreFailure>, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    switch (error.code) {
      case 'object.no-such-bucket':
        return fail('NoSuchBucket', texts.noSuchBucket)
      case 'object.changed':
        if (error.fields.isThere === false) return fail('NoSuchKey', texts.noSuchKey)
        return fail('PreconditionFailed', preconditionText)
      case 'object.exists':
        return fail('PreconditionFailed', preconditionText)
      case 'object.locked':
        return fail('AccessDenied', lockedText)
      case 'object.disk-full':
        return fail('SlowDown', 'Please reduce your request rate.')
      default:
        throw error
    }
  }
}

/** For questions before the call: a bucket that is missing is told by the call itself. */
export async function unlessNoBucket<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Fault && error.code === 'object.no-such-bucket') return undefined
    throw error
  }
}

export const lockedText = 'Access Denied because object protected by object lock.'

export const preconditionText = 'At least one of the pre-conditions you specified did not hold'
