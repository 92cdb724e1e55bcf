import {
  aliasArn,
  type GrantQuestion,
  type KeyReference,
  type Kms,
  type KmsKey,
  keyArn,
  keyContext,
  readKeyReference,
} from '../../kms/index.ts'
import type { AccessRequest, Call, Fail } from '../operation.ts'

type Needs = { readonly kms: Kms }
type ContextValues = NonNullable<AccessRequest['context']>
type Missing = Fail<'NotFoundException'>

export const texts = {
  disabled: (arn: string) => `${arn} is disabled.`,
  pendingDeletion: (arn: string) => `${arn} is pending deletion.`,
  noKey: (arn: string) => `Key '${arn}' does not exist`,
} as const

/** What an operation takes as `KeyId`. @source KMS API Reference, each operation's KeyId and cross-account use */
export interface Addressing {
  /** `any`: also aliases. `key`: a key's id or ARN. */
  readonly takes: 'any' | 'key'
  /** Whether other accounts may call it, if the key's policy lets them. */
  readonly crossAccount: boolean
}

export const cryptographic: Addressing = { takes: 'any', crossAccount: true }
export const management: Addressing = { takes: 'key', crossAccount: false }

/** A key as a call named it, or why it is not there: callers of other accounts are not told so. */
export type Addressed =
  | { readonly kind: 'key'; readonly key: KmsKey; readonly alias?: string }
  | { readonly kind: 'hidden'; readonly arn: string; readonly account: string }

/**
 * The key that a call names. A key of another account that is not there is `hidden`: its question has the answer that
 * a key has whose policy says nothing.
 */
export function addressKey(
  text: string,
  { takes, crossAccount }: Addressing,
  { kms }: Needs,
  call: Call,
  fail: Missing,
): Addressed {
  const reference = readKeyReference(text, call)
  if (reference.kind === 'elsewhere') return fail('NotFoundException', `Invalid arn ${reference.region}`)
  if (reference.kind === 'bad-arn') return fail('NotFoundException', `Invalid arn ${text}`)
  if (reference.kind === 'malformed' || (reference.kind === 'alias' && takes === 'key')) {
    return fail('NotFoundException', `Invalid keyId '${text}'`)
  }
  const isOwn = reference.account === call.account
  const key = findKey(reference, kms)
  if (key !== undefined && (isOwn || crossAccount)) {
    return { kind: 'key', key, ...(reference.kind === 'alias' && { alias: reference.name }) }
  }
  const arn = arnOf(reference, call)
  if (!isOwn) return { kind: 'hidden', arn, account: reference.account }
  return fail('NotFoundException', reference.kind === 'alias' ? `Alias ${arn} is not found.` : texts.noKey(arn))
}

function findKey(reference: Extract<KeyReference, { readonly account: string }>, kms: Kms): KmsKey | undefined {
  if (reference.kind === 'key') return kms.find(reference)
  const alias = kms.findAlias(reference)
  return alias && kms.find({ ...reference, id: alias.keyId })
}

function arnOf(reference: Extract<KeyReference, { readonly account: string }>, { partition }: Call): string {
  return reference.kind === 'alias' ? aliasArn(partition, reference) : keyArn(partition, reference)
}

/** All that a caller answers to as the principal of a policy. */
function namesOf(principal: Call['principal']): readonly string[] {
  if (!('account' in principal)) return []
  const { account, arn } = principal
  const names = [arn, account, arn.replace(/^(arn:[^:]+):.*$/, `$1:iam::${account}:root`)]
  if (principal.kind === 'user') names.push(principal.userId)
  if (principal.kind === 'role-session') names.push(principal.roleArn, principal.roleId)
  return names
}

/** The access question about a key. Its policy, or a grant, must allow, whoever asks. */
export function askKey(
  action: string,
  addressed: Addressed,
  { kms }: Needs,
  call: Call,
  request: Omit<GrantQuestion, 'action' | 'names'> & { readonly context?: ContextValues } = {},
): AccessRequest {
  if (addressed.kind === 'hidden') {
    const { arn, account } = addressed
    return { action, resource: arn, resourceAccount: account, resourcePolicyKind: 'key' }
  }
  const { key, alias } = addressed
  return {
    action,
    resource: key.arn,
    resourceAccount: key.account,
    resourcePolicy: kms.grants.policyFor(key, { ...request, action, names: namesOf(call.principal) }),
    resourcePolicyKind: 'key',
    context: {
      ...keyContext(key, {
        callerAccount: call.account,
        ...(alias !== undefined && { requestAlias: alias }),
        ...(request.encryptionContext && { encryptionContext: request.encryptionContext }),
      }),
      ...request.context,
      // Read when a condition is, which is seldom: an account may have many aliases.
      get 'kms:ResourceAliases'() {
        return kms.aliasesIn(key.account, key.region).flatMap(({ keyId, name }) => (keyId === key.id ? [name] : []))
      },
    },
  }
}

/**
 * The keys a call was asked about, for its run: an alias may name another key by then, and what was allowed is the use
 * of this one.
 */
const asked = new WeakMap<Call, readonly Addressed[]>()

/** Remembers the keys of a call for its run and names them in its record. */
export function noteKeys(call: Call, addressed: readonly Addressed[]): void {
  asked.set(call, addressed)
  const keys = new Map(addressed.flatMap((one) => (one.kind === 'key' ? [[one.key.arn, one.key] as const] : [])))
  if (keys.size === 0) return
  call.notes.resources = [...keys.values()].map(keyResource)
}

export function keyResource({ account, arn }: KmsKey) {
  return { accountId: account, type: 'AWS::KMS::Key', ARN: arn }
}

/** The newest state of a key that `noteKeys` was told of. */
export function askedKey({ kms }: Needs, call: Call, fail: Missing, index = 0): KmsKey {
  const addressed = asked.get(call)?.[index]
  if (addressed === undefined) throw new TypeError('the run of an operation whose access named no key')
  if (addressed.kind === 'hidden') return fail('NotFoundException', texts.noKey(addressed.arn))
  return kms.find(addressed.key) ?? fail('NotFoundException', texts.noKey(addressed.key.arn))
}

/** The `access` of an operation on one key. */
export function onKey<Input extends { readonly KeyId: string }>(
  action: string,
  addressing: Addressing = management,
  contextOf: (input: Input) => ContextValues = () => ({}),
) {
  return (input: Input, needs: Needs, call: Call, fail: Missing): readonly AccessRequest[] => {
    const addressed = addressKey(input.KeyId, addressing, needs, call, fail)
    noteKeys(call, [addressed])
    return [askKey(action, addressed, needs, call, { context: contextOf(input) })]
  }
}
