/**
 * Matching events against 100 trails together, beside asking each trail's selectors one after the other, by turns in
 * the same run. Two mixes: trails as they usually are (half take all management events, half one bucket's objects), and
 * every trail with a selector of its own.
 *
 * Usage: node bench/selectors.ts [seconds]
 */
import { compileSelectors, judgeAdvancedSelectors, type SelectableEvent, type Selector } from '@cairn/core/selectors'

const seconds = Number(process.argv[2] ?? 6)
const rounds = 8
const trails = 100

type Fields = readonly Readonly<Record<string, string | readonly string[]>>[]

function judged(fields: Fields): readonly Selector[] {
  const verdict = judgeAdvancedSelectors([{ FieldSelectors: fields }], 'event-data-store')
  if (verdict.kind === 'invalid') throw new TypeError(verdict.message)
  return verdict.selectors
}

const management = judged([{ Field: 'eventCategory', Equals: ['Management'] }])
const bucketOf = (index: number) =>
  judged([
    { Field: 'eventCategory', Equals: ['Data'] },
    { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
    { Field: 'resources.ARN', StartsWith: [`arn:aws:s3:::bucket-${index}/`] },
  ])
const ownOf = (index: number) =>
  judged([
    { Field: 'eventCategory', Equals: ['Management'] },
    { Field: 'readOnly', Equals: [String(index % 2 === 0)] },
    { Field: 'userIdentity.arn', NotStartsWith: [`arn:aws:sts::111122223333:assumed-role/robot-${index}/`] },
    { Field: 'eventName', NotEquals: [`Describe${index}`] },
  ])

const sources = ['ec2', 's3', 'iam', 'kms', 'sts', 'lambda'].map((name) => `${name}.amazonaws.com`)
const events: readonly SelectableEvent[] = Array.from({ length: 1000 }, (_, index) => {
  const isData = index % 2 === 1
  return {
    eventCategory: isData ? 'Data' : 'Management',
    managementEvent: !isData,
    readOnly: index % 3 !== 0,
    eventSource: isData ? 's3.amazonaws.com' : sources[index % sources.length],
    eventName: isData ? 'GetObject' : `Describe${index % 40}`,
    eventType: 'AwsApiCall',
    userIdentityArn: `arn:aws:sts::111122223333:assumed-role/robot-${index % 150}/s`,
    ...(isData && {
      resources: [
        { type: 'AWS::S3::Object', ARN: `arn:aws:s3:::bucket-${index % 200}/key-${index}` },
        { type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::bucket-${index % 200}` },
      ],
    }),
  }
})

interface Run {
  events: number
  taken: number
  seconds: number
}

function round(match: (event: SelectableEvent) => number, run: Run): void {
  const untilMs = performance.now() + (seconds * 1000) / (4 * rounds)
  // Time of the processor, because a neighbour's work is none of ours.
  const before = process.cpuUsage()
  while (performance.now() < untilMs) {
    for (const event of events) run.taken += match(event)
    run.events += events.length
  }
  run.seconds += process.cpuUsage(before).user / 1e6
}

const start = (): Run => ({ events: 0, taken: 0, seconds: 0 })

function measure(name: string, selectorsOf: (index: number) => readonly Selector[]): void {
  const owners = Array.from({ length: trails }, (_, id) => ({ id, selectors: selectorsOf(id) }))
  const together = compileSelectors(owners)
  const apart = owners.map((owner) => compileSelectors([owner]))
  const matchTogether = (event: SelectableEvent) => together.match(event).length
  const matchApart = (event: SelectableEvent) => {
    let taken = 0
    for (const matcher of apart) taken += matcher.match(event).length
    return taken
  }
  const [ours, peer, warmUp] = [start(), start(), start()]
  round(matchTogether, warmUp)
  round(matchApart, warmUp)
  for (let index = 0; index < rounds; index++) {
    round(matchTogether, ours)
    round(matchApart, peer)
  }
  const rate = (run: Run) => run.events / run.seconds
  console.log(
    `${name}: together ${Math.round(rate(ours)).toLocaleString('en')} events/s of one core, one by one ${Math.round(rate(peer)).toLocaleString('en')} (${(rate(ours) / rate(peer)).toFixed(1)} times); ${(ours.taken / ours.events).toFixed(1)} trails take an event`,
  )
}

measure(`${trails} usual trails`, (index) => (index % 2 === 0 ? management : bucketOf(index)))
measure(`${trails} trails, each of its own`, ownOf)
