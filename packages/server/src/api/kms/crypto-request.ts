import { recordMembers } from '@cairn/core/record'
import type { EncryptionContext, Kms, KmsKey } from '../../kms/index.ts'
import type { AccessRequest, Call, Fail, RecordNotes, WireOperation } from '../operation.ts'
import { addressKey, askedKey, askKey, cryptographic, noteKeys } from './addressed-key.ts'
import { requireEnabled } from './change-key.ts'
import { checkGrantTokens } from './grant-token.ts'

type Needs = { readonly kms: Kms }

interface CryptoInput {
  readonly EncryptionContext?: EncryptionContext | undefined
  readonly EncryptionAlgorithm?: string | undefined
  readonly GrantTokens?: readonly string[] | undefined
}

/** What no cryptographic operation takes here. */
export function checkCryptoInput(
  { EncryptionContext: context, EncryptionAlgorithm: algorithm, GrantTokens: tokens }: CryptoInput,
  fail: Fail<'InvalidGrantTokenException' | 'InvalidKeyUsageException' | 'ValidationException'>,
): void {
  checkGrantTokens(tokens, fail)
  if (algorithm !== undefined && algorithm !== 'SYMMETRIC_DEFAULT') {
    fail('InvalidKeyUsageException', `Algorithm ${algorithm} is not supported for key spec SYMMETRIC_DEFAULT.`)
  }
  checkContext(context, fail)
}

/** Policies ask about members without regard to case, so of two that differ in nothing else one would hide the other. */
export function checkContext(context: EncryptionContext | undefined, fail: Fail<'ValidationException'>): void {
  const names = Object.keys(context ?? {})
  if (new Set(names.map((name) => name.toLowerCase())).size !== names.length) {
    fail('ValidationException', 'Encryption context keys must not differ only by case.')
  }
}

/** The `access` of an operation that uses a key it names. */
export function onCryptoKey<Input extends CryptoInput & { readonly KeyId: string }>(action: string) {
  return (
    input: Input,
    needs: Needs,
    call: Call,
    fail: Fail<'NotFoundException' | 'InvalidGrantTokenException' | 'InvalidKeyUsageException' | 'ValidationException'>,
  ): readonly AccessRequest[] => {
    checkCryptoInput(input, fail)
    const addressed = addressKey(input.KeyId, cryptographic, needs, call, fail)
    noteKeys(call, [addressed])
    return [askKey(action, addressed, needs, call, cryptoContext(input))]
  }
}

export function cryptoContext({ EncryptionContext: encryptionContext, EncryptionAlgorithm: algorithm }: CryptoInput) {
  return {
    ...(encryptionContext && { encryptionContext }),
    context: { 'kms:EncryptionAlgorithm': algorithm ?? 'SYMMETRIC_DEFAULT' },
  }
}

/** The key of a call, ready to be used; ends a dry run. */
export function usableKey(
  needs: Needs,
  call: Call,
  fail: Fail<'NotFoundException' | 'KMSInvalidStateException' | 'DisabledException' | 'DryRunOperationException'>,
  { DryRun: isDry }: { readonly DryRun?: boolean | undefined },
): KmsKey {
  const key = askedKey(needs, call, fail)
  requireEnabled(key, fail)
  if (isDry) failDryRun(fail)
  return key
}

export function failDryRun(fail: Fail<'DryRunOperationException'>): never {
  return fail('DryRunOperationException', 'The request would have succeeded, but the DryRun option is set.')
}

/** Records say which material was used. @source KMS Developer Guide, log entries: GenerateDataKey, Decrypt */
export function noteMaterial(call: Call, materialId: string): void {
  call.notes.additionalEventData = { keyMaterialId: materialId }
}

/** Records name the algorithm, also when the caller did not. @source KMS Developer Guide, log entries: Decrypt */
export function withAlgorithm(input: object, _call: Call, { model, operation }: WireOperation): RecordNotes {
  return {
    requestParameters: recordMembers(model, operation.input, { EncryptionAlgorithm: 'SYMMETRIC_DEFAULT', ...input }),
  }
}
