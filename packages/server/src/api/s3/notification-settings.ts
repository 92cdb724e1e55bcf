import type { QueueNotification } from '../../buckets/index.ts'
import type { NotificationConfiguration, QueueConfiguration } from '../generated/s3.ts'
import type { Fail } from '../operation.ts'

/** @source Amazon S3 User Guide, event notification types; those that can happen here */
const known = new Set([
  's3:ObjectCreated:*',
  's3:ObjectCreated:Put',
  's3:ObjectCreated:Copy',
  's3:ObjectCreated:CompleteMultipartUpload',
  's3:ObjectRemoved:*',
  's3:ObjectRemoved:Delete',
  's3:ObjectRemoved:DeleteMarkerCreated',
  's3:LifecycleExpiration:*',
  's3:LifecycleExpiration:Delete',
  's3:LifecycleExpiration:DeleteMarkerCreated',
])

const configurationsMax = 100

/** Reads what a bucket is to tell whom: queues only. */
export function readNotifications(
  configuration: NotificationConfiguration,
  newId: () => string,
  fail: Fail<'InvalidArgument' | 'NotImplemented'>,
): readonly QueueNotification[] {
  const { TopicConfigurations: topics = [], LambdaFunctionConfigurations: functions = [] } = configuration
  if (topics.length + functions.length > 0 || configuration.EventBridgeConfiguration !== undefined) {
    fail('NotImplemented', 'Cairn tells queues only: leave topics, functions and EventBridge out.')
  }
  const queues = (configuration.QueueConfigurations ?? []).map((one) => readQueue(one, newId, fail))
  if (queues.length > configurationsMax) fail('InvalidArgument', 'Too many notification configurations')
  if (new Set(queues.map(({ id }) => id)).size < queues.length) {
    fail('InvalidArgument', 'Same ID used for multiple configurations. IDs must be unique')
  }
  queues.forEach((one, index) => {
    if (queues.slice(0, index).some((other) => overlap(one, other))) {
      fail(
        'InvalidArgument',
        'Configurations overlap. Configurations on the same bucket cannot share a common event type.',
      )
    }
  })
  return queues
}

function readQueue(
  { Id: id, QueueArn: queueArn, Events: events, Filter: filter }: QueueConfiguration,
  newId: () => string,
  fail: Fail<'InvalidArgument' | 'NotImplemented'>,
): QueueNotification {
  if (events.length === 0)
    fail('InvalidArgument', 'At least one event must be specified in a notification configuration')
  for (const event of events) {
    if (!known.has(event)) fail('NotImplemented', `Cairn has no event ${event}.`)
  }
  const rules = filter?.Key?.FilterRules ?? []
  const ends: { prefix?: string; suffix?: string } = {}
  for (const { Name: name, Value: value = '' } of rules) {
    const end = name?.toLowerCase()
    if (end !== 'prefix' && end !== 'suffix')
      return fail('InvalidArgument', 'filter rule name must be either prefix or suffix')
    if (ends[end] !== undefined) fail('InvalidArgument', `Cannot specify more than one ${end} rule in a filter.`)
    ends[end] = value
  }
  return { id: id ?? newId(), queueArn, events, ...ends }
}

/** Whether an object and an event could be meant by both. */
function overlap(left: QueueNotification, right: QueueNotification): boolean {
  const [a = '', b = ''] = [left.prefix, right.prefix]
  const [c = '', d = ''] = [left.suffix, right.suffix]
  const isKeyShared = (a.startsWith(b) || b.startsWith(a)) && (c.endsWith(d) || d.endsWith(c))
  return isKeyShared && left.events.some((one) => right.events.some((other) => isSameKind(one, other)))
}

function isSameKind(one: string, other: string): boolean {
  const kind = (event: string) => (event.endsWith('*') ? event.slice(0, -1) : event)
  return kind(one).startsWith(kind(other)) || kind(other).startsWith(kind(one))
}

export function shownNotifications(notifications: readonly QueueNotification[]): NotificationConfiguration {
  if (notifications.length === 0) return {}
  return {
    QueueConfigurations: notifications.map(({ id, queueArn, events, prefix, suffix }) => {
      const rules = [
        ...(prefix === undefined ? [] : [{ Name: 'prefix' as const, Value: prefix }]),
        ...(suffix === undefined ? [] : [{ Name: 'suffix' as const, Value: suffix }]),
      ]
      return {
        Id: id,
        QueueArn: queueArn,
        Events: events as QueueConfiguration['Events'],
        ...(rules.length > 0 && { Filter: { Key: { FilterRules: rules } } }),
      }
    }),
  }
}
