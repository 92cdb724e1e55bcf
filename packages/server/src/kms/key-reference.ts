import { parseArn, splitResource } from '@cairn/aws-kit/arn'

/** What a `KeyId` names. */
export type KeyReference =
  | { readonly kind: 'key'; readonly account: string; readonly region: string; readonly id: string }
  | { readonly kind: 'alias'; readonly account: string; readonly region: string; readonly name: string }
  /** An ARN of a key or alias of another region: keys do not leave theirs. */
  | { readonly kind: 'elsewhere'; readonly region: string }
  /** No ARN of a key or an alias. */
  | { readonly kind: 'bad-arn' }
  | { readonly kind: 'malformed' }

const keyIdForm = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/
const aliasForm = /^alias\/[a-zA-Z0-9:/_-]{1,250}$/

/**
 * Reads a key id, key ARN, alias name or alias ARN; names without an account are the caller's own.
 *
 * @source KMS API Reference, KeyId of Encrypt
 */
export function readKeyReference(
  text: string,
  { account, region }: { readonly account: string; readonly region: string },
): KeyReference {
  if (keyIdForm.test(text)) return { kind: 'key', account, region, id: text }
  if (aliasForm.test(text)) return { kind: 'alias', account, region, name: text }
  if (!text.startsWith('arn:')) return { kind: 'malformed' }
  const arn = parseArn(text)
  if (arn?.service !== 'kms' || !/^\d{12}$/.test(arn.account)) return { kind: 'bad-arn' }
  const resource = splitResource(arn.resource)
  const isKey = resource?.type === 'key' && keyIdForm.test(resource.name)
  if (!isKey && !aliasForm.test(arn.resource)) return { kind: 'bad-arn' }
  if (arn.region !== region) return { kind: 'elsewhere', region: arn.region }
  return isKey
    ? { kind: 'key', account: arn.account, region, id: resource.name }
    : { kind: 'alias', account: arn.account, region, name: arn.resource }
}

/** What is wrong with the name of a new alias; `undefined` when nothing is. */
export function aliasNameProblem(name: string): 'no-prefix' | 'reserved' | 'malformed' | undefined {
  if (!name.startsWith('alias/')) return 'no-prefix'
  if (name.startsWith('alias/aws/')) return 'reserved'
  return aliasForm.test(name) ? undefined : 'malformed'
}
