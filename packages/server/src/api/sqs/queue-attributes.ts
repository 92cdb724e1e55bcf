import type { Identity } from '../../identity/index.ts'
import { isQueuePolicy, type Queue, type QueueCounts, type QueueSettings } from '../../queues/index.ts'
import type { Fail } from '../operation.ts'
import { redrivePolicyText } from './redrive-policy.ts'

interface Numeric {
  readonly setting: keyof QueueSettings
  readonly min: number
  readonly max: number
}

/** @source SQS API Reference, SetQueueAttributes */
const numeric: Readonly<Record<string, Numeric>> = {
  VisibilityTimeout: { setting: 'visibilitySeconds', min: 0, max: 43_200 },
  MessageRetentionPeriod: { setting: 'retentionSeconds', min: 60, max: 1_209_600 },
  DelaySeconds: { setting: 'delaySeconds', min: 0, max: 900 },
  ReceiveMessageWaitTimeSeconds: { setting: 'waitSeconds', min: 0, max: 20 },
  MaximumMessageSize: { setting: 'messageBytesMax', min: 1024, max: 1_048_576 },
}

/** Attributes that would have to be kept to, each with the value that says that it is off. */
const unbuilt: Readonly<Record<string, string>> = {
  RedriveAllowPolicy: '',
  FifoQueue: 'false',
  ContentBasedDeduplication: 'false',
  DeduplicationScope: '',
  FifoThroughputLimit: '',
  KmsMasterKeyId: '',
  KmsDataKeyReusePeriodSeconds: '',
  SqsManagedSseEnabled: 'false',
}

export interface AttributeChange {
  readonly settings: Partial<QueueSettings>
  /** `''` takes the policy away. */
  readonly policy?: string
  /** The text as given; see redrive-policy.ts. */
  readonly redrivePolicy?: string
}

/** Reads the attributes that a queue is to have. */
export function readAttributes(
  attributes: Readonly<Record<string, string>>,
  identity: Pick<Identity, 'mayExist'>,
  fail: Fail<'InvalidAttributeName' | 'InvalidAttributeValue' | 'UnsupportedOperation'>,
): AttributeChange {
  const settings: Record<string, number> = {}
  let policy: string | undefined
  let redrivePolicy: string | undefined
  for (const [name, value] of Object.entries(attributes)) {
    const known = Object.hasOwn(numeric, name) ? numeric[name] : undefined
    if (known !== undefined) {
      const number = Number(value)
      if (value === '' || !Number.isInteger(number) || number < known.min || number > known.max) {
        fail('InvalidAttributeValue', `Invalid value for the parameter ${name}.`)
      }
      settings[known.setting] = number
    } else if (name === 'Policy') {
      if (value !== '' && !isQueuePolicy(value, identity.mayExist)) {
        fail('InvalidAttributeValue', `Invalid value for the parameter Policy.`)
      }
      policy = value
    } else if (name === 'RedrivePolicy') redrivePolicy = value
    else if (Object.hasOwn(unbuilt, name)) {
      if (value !== unbuilt[name]) fail('UnsupportedOperation', `Cairn's queues have no ${name}: leave it out.`)
    } else fail('InvalidAttributeName', `Unknown Attribute ${name}.`)
  }
  return { settings, ...(policy !== undefined && { policy }), ...(redrivePolicy !== undefined && { redrivePolicy }) }
}

/** The attributes of a queue as they are asked for; `All` asks for every one. */
export function shownAttributes(
  queue: Queue,
  counts: QueueCounts,
  names: readonly string[],
): Readonly<Record<string, string>> {
  const { settings, policy, redrive, arn, createdAtMs, modifiedAtMs } = queue
  const all: Record<string, string> = {
    ...(policy !== undefined && { Policy: policy }),
    ...(redrive !== undefined && { RedrivePolicy: redrivePolicyText(redrive) }),
    ...Object.fromEntries(Object.entries(numeric).map(([name, { setting }]) => [name, String(settings[setting])])),
    ApproximateNumberOfMessages: String(counts.visible),
    ApproximateNumberOfMessagesNotVisible: String(counts.hidden),
    ApproximateNumberOfMessagesDelayed: String(counts.delayed),
    CreatedTimestamp: seconds(createdAtMs),
    LastModifiedTimestamp: seconds(modifiedAtMs),
    QueueArn: arn,
    SqsManagedSseEnabled: 'false',
  }
  if (names.includes('All')) return all
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)))
}

function seconds(timeMs: number): string {
  return String(Math.floor(timeMs / 1000))
}
