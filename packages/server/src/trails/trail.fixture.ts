import { type Trail, trailArn } from './trail.ts'

/** A logging trail with the defaults of CreateTrail. */
export function aTrail(change: Partial<Trail> = {}): Trail {
  const place = { account: '111122223333', homeRegion: 'eu-west-1', name: 'main', ...change }
  return {
    arn: trailArn('aws', place.account, place.homeRegion, place.name),
    bucket: 'audit',
    isMultiRegion: false,
    includesGlobalServiceEvents: true,
    validatesLogFiles: false,
    logsItself: true,
    createdAtMs: 0,
    isLogging: true,
    tags: [],
    ...place,
  }
}
