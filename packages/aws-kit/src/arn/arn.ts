import type { AccountId, Branded } from './branded.ts'

/** Text of a well-formed ARN. Whether such a resource exists or its service spells it so is another question. */
export type ArnText = Branded<string, 'Arn'>

/**
 * Parts of an ARN:
 *
 *     arn = "arn:" partition ":" service ":" [ region ] ":" [ account ] ":" resource
 *
 * Only the resource may contain colons; region and account are empty where the service has none (`arn:aws:s3:::logs`).
 */
export interface Arn {
  readonly partition: string
  readonly service: string
  readonly region: string
  readonly account: string
  /** Everything behind the fifth colon, e.g. `trail/main`. */
  readonly resource: string
}

/** The longest ARN any service documents is 2,048 characters; object keys add 1,024 bytes. */
const charactersMax = 4096

/** Spaces occur in resources (object keys), wildcards in policies; control characters nowhere. */
const pattern = /^arn:(aws(?:-[a-z0-9]+)*):([a-z0-9-]+):([a-z0-9-]*):([0-9]{12}|aws)?:(\P{Cc}+)$/u

/** Reads an ARN; `undefined` when the text is none. */
export function parseArn(text: string): Arn | undefined {
  if (text.length > charactersMax) return undefined
  const [, partition, service, region, account, resource] = pattern.exec(text) ?? []
  if (partition === undefined || service === undefined || resource === undefined) return undefined
  return { partition, service, region: region ?? '', account: account ?? '', resource }
}

/** Whether a text is an ARN, as a type guard for its brand. */
export function isArn(text: string): text is ArnText {
  return parseArn(text) !== undefined
}

/** Text of an ARN; `parseArn` gives the same parts back. */
export function formatArn(arn: Arn): ArnText {
  return `arn:${arn.partition}:${arn.service}:${arn.region}:${arn.account}:${arn.resource}` as ArnText
}

/** Splits `type/name` (or `type:name`) at the first separator; the name may contain further ones. */
export function splitResource(resource: string): { readonly type: string; readonly name: string } | undefined {
  const at = resource.search(/[/:]/)
  return at < 1 ? undefined : { type: resource.slice(0, at), name: resource.slice(at + 1) }
}

/** Account an ARN belongs to; `undefined` for resources that name none. */
export function accountOf(arn: Arn): AccountId | undefined {
  return /^\d{12}$/.test(arn.account) ? (arn.account as AccountId) : undefined
}
