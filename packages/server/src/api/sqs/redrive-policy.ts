import { type Queue, type Queues, queuePlace, type RedrivePolicy } from '../../queues/index.ts'
import type { Fail } from '../operation.ts'

/** @source SQS API Reference, SetQueueAttributes: RedrivePolicy */
const receivesMax = 1_000

/** Reads the text of a redrive policy; `undefined` for the empty one, which takes it away. */
export function readRedrivePolicy(
  text: string,
  queues: Pick<Queues, 'find'>,
  of: Pick<Queue, 'account' | 'region' | 'name'>,
  fail: Fail<'InvalidAttributeValue'>,
): RedrivePolicy | undefined {
  if (text === '') return undefined
  const invalid = (reason: string) =>
    fail('InvalidAttributeValue', `Value ${text} for parameter RedrivePolicy is invalid. Reason: ${reason}`)
  const { deadLetterTargetArn, maxReceiveCount } = parsed(text) ?? invalid('Redrive policy is not a valid JSON map.')
  for (const [name, value] of Object.entries({ maxReceiveCount, deadLetterTargetArn })) {
    if (value === undefined) return invalid(`Redrive policy does not contain mandatory attribute: ${name}.`)
  }
  const count = typeof maxReceiveCount === 'string' ? Number(maxReceiveCount) : maxReceiveCount
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 1 || count > receivesMax) {
    return invalid(
      `Invalid value for maxReceiveCount: ${String(maxReceiveCount)}, valid values are from 1 to ${receivesMax} both inclusive.`,
    )
  }
  const place = typeof deadLetterTargetArn === 'string' ? queuePlace(deadLetterTargetArn) : undefined
  if (place === undefined || place.account !== of.account || place.region !== of.region) {
    return invalid('Dead-letter target owner should be same as the source.')
  }
  const target = place.name === of.name ? undefined : queues.find(place)
  if (target === undefined) return invalid('Dead letter target does not exist.')
  return { deadLetterArn: target.arn, receivesMax: count }
}

/** As it is shown. */
export function redrivePolicyText({ deadLetterArn, receivesMax: maxReceiveCount }: RedrivePolicy): string {
  return JSON.stringify({ deadLetterTargetArn: deadLetterArn, maxReceiveCount })
}

function parsed(text: string): Readonly<Record<'deadLetterTargetArn' | 'maxReceiveCount', unknown>> | undefined {
  try {
    const value = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}
