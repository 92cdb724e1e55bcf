import type { SampleQuery } from '../sample-query.ts'
import { activitySamples } from './activity-over-time.ts'
import { computeSamples } from './network-and-compute.ts'
import { outsideSamples } from './outside-and-insights.ts'
import { permissionSamples } from './permissions.ts'
import { protectionSamples } from './protection.ts'
import { refusalSamples } from './refusals.ts'
import { signInSamples } from './sign-in.ts'
import { storageSamples } from './storage-and-secrets.ts'

/** Cairn's own catalogue. Names are unique. */
export const sampleQueries: readonly SampleQuery[] = [
  ...signInSamples,
  ...permissionSamples,
  ...refusalSamples,
  ...computeSamples,
  ...storageSamples,
  ...protectionSamples,
  ...activitySamples,
  ...outsideSamples,
]
