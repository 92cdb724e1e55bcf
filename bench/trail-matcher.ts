/**
 * Which of 100 trails take an event: from a parsed record, through the catalogue version it carries. Beside it, in the
 * same run and by turns, the compiled selectors alone, which are its limit. Every hundredth event brings a new version.
 *
 * Usage: node bench/trail-matcher.ts [seconds]
 */
import { compileSelectors, selectableEvent } from '@cairn/core/selectors'
import { defineCollection } from '../packages/server/src/ports/catalog.ts'
import { createMemoryCatalog } from '../packages/server/src/storage/memory/catalog.ts'
import {
  createTrailMatcher,
  createTrails,
  meaningOf,
  type Trail,
  trailArn,
  trailEvent,
} from '../packages/server/src/trails/index.ts'

const seconds = Number(process.argv[2] ?? 6)
const rounds = 6
const account = '111122223333'
const regions = ['us-east-1', 'eu-west-1', 'eu-central-1', 'ap-south-1']

function trailOf(index: number): Trail {
  const homeRegion = regions[index % regions.length] ?? ''
  const objects = { Type: 'AWS::S3::Object', Values: [`arn:aws:s3:::bucket-${index}/`] }
  return {
    arn: trailArn('aws', account, homeRegion, `trail-${index}`),
    name: `trail-${index}`,
    account,
    homeRegion,
    bucket: 'audit',
    isMultiRegion: index % 2 === 0,
    includesGlobalServiceEvents: true,
    validatesLogFiles: false,
    logsItself: true,
    createdAtMs: 0,
    isLogging: true,
    tags: [],
    selectors: {
      kind: 'basic',
      shown: [
        {
          ReadWriteType: index % 3 === 0 ? 'WriteOnly' : 'All',
          IncludeManagementEvents: index % 4 === 0,
          DataResources: [objects],
          ExcludeManagementEventSources: [],
        },
      ],
    },
  }
}

const records = Array.from({ length: 1000 }, (_, index) => {
  const isData = index % 2 === 1
  return {
    region: regions[index % 5] ?? 'private-7',
    record: {
      eventCategory: isData ? 'Data' : 'Management',
      readOnly: index % 3 !== 0,
      eventSource: isData ? 's3.amazonaws.com' : 'ec2.amazonaws.com',
      eventName: isData ? 'GetObject' : `Describe${index % 40}`,
      eventType: 'AwsApiCall',
      userIdentity: { arn: `arn:aws:sts::${account}:assumed-role/robot-${index % 150}/s` },
      ...(isData && { resources: [{ type: 'AWS::S3::Object', ARN: `arn:aws:s3:::bucket-${index % 200}/key` }] }),
    },
  }
})

const catalog = createMemoryCatalog()
const trails = Array.from({ length: 100 }, (_, index) => trailOf(index))
for (const trail of trails) await createTrails(catalog).create({ intentId: undefined }, trail)
const firstVersion = catalog.version
const cursor = defineCollection<number>('bench-cursor', { keepsHistory: false })
for (let index = 0; index < 1000; index++) {
  await catalog.change({ intentId: undefined }, (draft) => draft.put(cursor, 'cursor', index))
}
const versions = catalog.version - firstVersion

const matcher = createTrailMatcher(catalog)
const alone = compileSelectors(trails.map((trail) => ({ id: trail, selectors: meaningOf(trail.selectors) })))

interface Run {
  events: number
  taken: number
  elapsedMs: number
}
const runs: Record<'matcher' | 'selectors', Run> = {
  matcher: { events: 0, taken: 0, elapsedMs: 0 },
  selectors: { events: 0, taken: 0, elapsedMs: 0 },
}

function turn(run: Run, take: (index: number) => number): void {
  const startedMs = performance.now()
  const endMs = startedMs + (seconds * 1000) / rounds / 2
  while (performance.now() < endMs) {
    for (let index = 0; index < records.length; index++) run.taken += take(index)
    run.events += records.length
  }
  run.elapsedMs += performance.now() - startedMs
}

let handled = 0
for (let round = 0; round < rounds; round++) {
  turn(runs.matcher, (index) => {
    const found = records[index]
    if (!found) return 0
    handled += 1
    const catalogVersion = firstVersion + (Math.floor(handled / 100) % versions)
    return matcher.match(trailEvent({ account, region: found.region }, found.record), { catalogVersion }).length
  })
  turn(runs.selectors, (index) => alone.match(selectableEvent(records[index]?.record ?? {})).length)
}

const rate = ({ events, elapsedMs }: Run) => (events / elapsedMs) * 1000
for (const [name, run] of Object.entries(runs)) {
  const each = (run.taken / run.events).toFixed(1)
  console.log(`${name.padEnd(10)} ${Math.round(rate(run)).toLocaleString('en')} events/s, ${each} trails an event`)
}
console.log(`ratio      ${(rate(runs.matcher) / rate(runs.selectors)).toFixed(2)}`)
