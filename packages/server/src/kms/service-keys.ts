import { compilePolicy, evaluate, parsePolicy } from '@cairn/aws-kit/iam'
import { serviceIdentity } from '@cairn/core/record'
import type { Clock } from '../ports/clock.ts'
import type { EncryptionContext } from './ciphertext.ts'
import { type KmsKey, keyCollection, keyPath } from './key.ts'
import { keyContext } from './key-context.ts'
import { keyPolicyBytesMax } from './key-policy.ts'
import { readKeyReference } from './key-reference.ts'
import type { KeyStore } from './key-store.ts'
import { createUseRecorder, type UseRecorderOptions } from './use-recorder.ts'

/** A service that uses keys as itself, and what for. */
export interface ServiceCaller {
  /** `cloudtrail.amazonaws.com` */
  readonly principal: string
  /** ARN of the resource that it acts for, and its account. */
  readonly sourceArn: string
  readonly sourceAccount: string
}

/** Why a service gets nothing. */
export type KeyRefusal =
  /** The text names no key or alias, or one of another region. */
  | 'malformed'
  | 'not-found'
  | 'denied'
  | 'disabled'
  | 'pending-deletion'
  /** Of a blob: not this key's, or of another context. */
  | 'not-decryptable'

export type ServiceAnswer<Value> =
  | ({ readonly kind: 'granted' } & Value)
  | { readonly kind: 'refused'; readonly reason: KeyRefusal }

/** Keys as a service uses them: each use is asked of the key's policy, and recorded before it is answered. */
export interface ServiceKeys {
  /** The key that a text names, seen from a region, when the service may describe it. Not recorded. */
  describe(text: string, place: { readonly account: string; readonly region: string }): ServiceAnswer<{ key: KmsKey }>
  /**
   * The same, and a data key generated on trial, as CloudTrail does before a trail gets a key: what this grants works
   * at the first delivery. The trial is recorded.
   */
  check(
    text: string,
    place: { readonly account: string; readonly region: string },
    context: EncryptionContext,
  ): Promise<ServiceAnswer<{ key: KmsKey }>>
  /** Why `action` on a key would be refused now; `undefined` when it would not. Not recorded. */
  refusal(
    keyArn: string,
    action: 'kms:GenerateDataKey' | 'kms:Decrypt',
    context: EncryptionContext,
  ): KeyRefusal | undefined
  /** A new 256-bit data key, plain and encrypted under the key; `keyArn` as `describe` gave it. */
  generateDataKey(
    keyArn: string,
    context: EncryptionContext,
  ): Promise<ServiceAnswer<{ readonly plaintext: Uint8Array; readonly blob: Uint8Array }>>
  /** The plain data key again. */
  decrypt(
    keyArn: string,
    blob: Uint8Array,
    context: EncryptionContext,
  ): Promise<ServiceAnswer<{ readonly plaintext: Uint8Array }>>
}

/** AES-256. */
export const dataKeyBytes = 32

export interface ServiceKeysOptions extends UseRecorderOptions {
  readonly clock: Clock
  /** Whether the key's policy has to let the service in. */
  readonly demandsPolicies: boolean
}

export function createServiceKeys(caller: ServiceCaller, store: KeyStore, options: ServiceKeysOptions): ServiceKeys {
  const { ids, clock, catalog } = options
  const record = createUseRecorder({ identity: serviceIdentity(caller.principal), source: caller.principal }, options)

  function mayUse(key: KmsKey, action: string, context: EncryptionContext): boolean {
    if (!options.demandsPolicies) return true
    const policy = compilePolicy(parsePolicy(key.policy, 'resource', { charactersMax: keyPolicyBytesMax }))
    return evaluate(
      {
        principal: { kind: 'service', name: caller.principal },
        action,
        resource: key.arn,
        resourceAccount: key.account,
        context: contextOf(key, caller, context),
      },
      { identity: [], resource: { policy: { name: 'key', policy }, isRequired: true } },
    ).allowed
  }

  /** The key and what is in the way of its use. */
  function asked(keyArn: string, action: string, context: EncryptionContext) {
    const [, , , region = '', account = ''] = keyArn.split(':')
    const reference = readKeyReference(keyArn, { account, region })
    if (reference.kind !== 'key') return refused('malformed')
    const key = catalog.get(keyCollection, keyPath(reference))
    if (key === undefined) return refused('not-found')
    return mayUse(key, action, context) ? { kind: 'granted' as const, key } : refused('denied')
  }

  const keys: ServiceKeys = {
    describe(text, place) {
      const reference = readKeyReference(text, place)
      if (reference.kind === 'elsewhere') return refused('not-found')
      if (reference.kind !== 'key' && reference.kind !== 'alias') return refused('malformed')
      const id = reference.kind === 'key' ? reference.id : store.findAlias(reference)?.keyId
      const key = id === undefined ? undefined : store.find({ ...reference, id })
      if (key === undefined) return refused('not-found')
      return mayUse(key, 'kms:DescribeKey', {}) ? { kind: 'granted', key } : refused('denied')
    },

    async check(text, place, context) {
      const described = keys.describe(text, place)
      if (described.kind === 'refused') return described
      const trial = await keys.generateDataKey(described.key.arn, context)
      return trial.kind === 'refused' ? trial : described
    },

    refusal(keyArn, action, context) {
      const found = asked(keyArn, action, context)
      if (found.kind === 'refused') return found.reason
      return found.key.state.kind === 'enabled' ? undefined : found.key.state.kind
    },

    async generateDataKey(keyArn, context) {
      const found = asked(keyArn, 'kms:GenerateDataKey', context)
      if (found.kind === 'refused') return found
      const { key } = found
      const request = { eventName: 'GenerateDataKey' as const, context, atMs: clock.nowMs() }
      if (key.state.kind !== 'enabled') {
        await record(key, { ...request, refusal: key.state.kind })
        return refused(key.state.kind)
      }
      const plaintext = ids.bytes(dataKeyBytes)
      const { blob, materialId } = store.encrypt(key, plaintext, context)
      await record(key, { ...request, materialId })
      return { kind: 'granted', plaintext, blob }
    },

    async decrypt(keyArn, blob, context) {
      const found = asked(keyArn, 'kms:Decrypt', context)
      if (found.kind === 'refused') return found
      const { key } = found
      const request = { eventName: 'Decrypt' as const, context, atMs: clock.nowMs() }
      if (key.state.kind !== 'enabled') {
        await record(key, { ...request, refusal: key.state.kind })
        return refused(key.state.kind)
      }
      const plaintext = store.decrypt(key, blob, context)
      if (plaintext === undefined) return refused('not-decryptable')
      const materialId = store.readCiphertext(blob)?.materialId
      await record(key, { ...request, ...(materialId !== undefined && { materialId }) })
      return { kind: 'granted', plaintext }
    },
  }
  return keys
}

function refused(reason: KeyRefusal): { readonly kind: 'refused'; readonly reason: KeyRefusal } {
  return { kind: 'refused', reason }
}

/** @source IAM User Guide, global condition keys of a service principal's own request */
function contextOf(key: KmsKey, { principal, sourceArn, sourceAccount }: ServiceCaller, context: EncryptionContext) {
  const values = {
    ...keyContext(key, { encryptionContext: context }),
    'aws:SourceArn': sourceArn,
    'aws:SourceAccount': sourceAccount,
    'aws:PrincipalIsAWSService': 'true',
    'aws:PrincipalServiceName': principal,
    'aws:SecureTransport': 'true',
    'aws:ResourceAccount': key.account,
  }
  return new Map(Object.entries(values).map(([name, value]) => [name.toLowerCase(), value]))
}
