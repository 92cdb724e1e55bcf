import { defineCollection } from '../ports/catalog.ts'

/** A queue. Messages are not in order, and come at least once. */
export interface Queue {
  readonly name: string
  /** Owner. */
  readonly account: string
  readonly region: string
  readonly arn: string
  readonly createdAtMs: number
  readonly modifiedAtMs: number
  readonly settings: QueueSettings
  /** JSON text as it was put. */
  readonly policy?: string
  readonly redrive?: RedrivePolicy
  readonly tags: Readonly<Record<string, string>>
}

/** Where messages go that nobody deals with. */
export interface RedrivePolicy {
  /** ARN of a queue of the same account and region. */
  readonly deadLetterArn: string
  /** A message that was received so often is moved instead of being received once more. */
  readonly receivesMax: number
}

/** In the units in which clients set them. */
export interface QueueSettings {
  /** How long a message that was received stays hidden from others. */
  readonly visibilitySeconds: number
  readonly retentionSeconds: number
  readonly delaySeconds: number
  /** How long a receive waits for a message where it does not say. */
  readonly waitSeconds: number
  readonly messageBytesMax: number
}

/** @source SQS API Reference, CreateQueue attributes */
export const defaultSettings: QueueSettings = {
  visibilitySeconds: 30,
  retentionSeconds: 345_600,
  delaySeconds: 0,
  waitSeconds: 0,
  messageBytesMax: 1_048_576,
}

export interface QueuePlace {
  readonly account: string
  readonly region: string
  readonly name: string
}

/** By account, region and name. */
export const queueCollection = defineCollection<Queue>('queue')

export function queuePath({ account, region, name }: QueuePlace): string {
  return `${account}/${region}/${name}`
}

export function queueArn(partition: string, { account, region, name }: QueuePlace): string {
  return `arn:${partition}:sqs:${region}:${account}:${name}`
}

/** Reads a queue's ARN. */
export function queuePlace(arn: string): QueuePlace | undefined {
  const [, region, account, name] = /^arn:[a-z-]+:sqs:([a-z0-9-]+):(\d{12}):([A-Za-z0-9_-]{1,80})$/.exec(arn) ?? []
  return region && account && name ? { region, account, name } : undefined
}

/** @source SQS Developer Guide, quotas: queue name */
export function isQueueName(name: string): boolean {
  return /^[A-Za-z0-9_-]{1,80}$/.test(name)
}
