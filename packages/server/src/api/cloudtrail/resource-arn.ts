/** The kinds of CloudTrail's resources, as their ARNs call them. */
export const resourceTypes = ['trail', 'eventdatastore', 'channel', 'dashboard'] as const
export type ResourceType = (typeof resourceTypes)[number]

export type ResourceArn =
  | {
      readonly kind: 'resource'
      readonly type: ResourceType
      readonly region: string
      readonly account: string
      readonly name: string
    }
  /** A CloudTrail ARN, but of no kind that exists. */
  | { readonly kind: 'unknown-type' }
  /** Text that is no ARN, or one of another service or partition. */
  | { readonly kind: 'malformed' }

const grammar = /^arn:([a-z-]+):cloudtrail:([a-z0-9-]{1,63}):(\d{12}):([a-z]+)\/(.+)$/

/** Reads a full ARN; names alone are not taken. */
export function readResourceArn(text: string, partition: string): ResourceArn {
  const [, itsPartition, region = '', account = '', kind, name = ''] = grammar.exec(text) ?? []
  if (itsPartition !== partition) return { kind: 'malformed' }
  const type = resourceTypes.find((known) => known === kind)
  return type === undefined ? { kind: 'unknown-type' } : { kind: 'resource', type, region, account, name }
}
