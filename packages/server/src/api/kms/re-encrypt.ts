import { recordMembers } from '@cairn/core/record'
import { addressKey, askedKey, askKey, cryptographic, noteKeys } from './addressed-key.ts'
import { requireEnabled } from './change-key.ts'
import { addressCiphertextKey, openCiphertext } from './ciphertext-key.ts'
import { checkCryptoInput, cryptoContext, failDryRun } from './crypto-request.ts'
import { defineOperation } from './service.ts'

export const reEncrypt = defineOperation({
  name: 'ReEncrypt',
  action: 'kms:ReEncryptFrom',
  uses: ['kms'],
  readOnly: true,
  record: (input, _call, { model, operation }) => ({
    requestParameters: recordMembers(model, operation.input, {
      SourceEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      DestinationEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      ...input,
    }),
  }),
  // Each key has a question of its own, with its own encryption context.
  access(input, needs, call, fail) {
    const from = sourceOf(input)
    const to = destinationOf(input)
    checkCryptoInput({ ...from, GrantTokens: input.GrantTokens }, fail)
    checkCryptoInput(to, fail)
    const wanted = { blob: input.CiphertextBlob, keyId: input.SourceKeyId }
    const source = addressCiphertextKey(wanted, needs, call, fail)
    const destination = addressKey(input.DestinationKeyId, cryptographic, needs, call, fail)
    noteKeys(call, [source, destination])
    const isSame = source.kind === 'key' && destination.kind === 'key' && source.key.arn === destination.key.arn
    const onSame = { 'kms:ReEncryptOnSameKey': String(isSame) }
    return [
      ['kms:ReEncryptFrom', source, cryptoContext(from)] as const,
      ['kms:ReEncryptTo', destination, cryptoContext(to)] as const,
    ].map(([action, key, request]) =>
      askKey(action, key, needs, call, { ...request, context: { ...request.context, ...onSame } }),
    )
  },
  run(input, { kms }, call, fail) {
    const source = askedKey({ kms }, call, fail)
    const destination = askedKey({ kms }, call, fail, 1)
    requireEnabled(source, fail)
    requireEnabled(destination, fail)
    const blob = input.CiphertextBlob ?? fail('ValidationException', 'CiphertextBlob is required.')
    const opened = openCiphertext({ kms }, { key: source, blob, context: input.SourceEncryptionContext }, fail)
    if (input.DryRun) failDryRun(fail)
    const encrypted = kms.encrypt(destination, opened.plaintext, input.DestinationEncryptionContext ?? {})
    call.notes.additionalEventData = {
      sourceKeyMaterialId: opened.materialId,
      destinationKeyMaterialId: encrypted.materialId,
    }
    return {
      CiphertextBlob: encrypted.blob,
      SourceKeyId: source.arn,
      KeyId: destination.arn,
      SourceEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      DestinationEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      SourceKeyMaterialId: opened.materialId,
      DestinationKeyMaterialId: encrypted.materialId,
    }
  },
})

type Context = Readonly<Record<string, string>> | undefined

function sourceOf(input: {
  readonly SourceEncryptionContext?: Context
  readonly SourceEncryptionAlgorithm?: string | undefined
}) {
  return { EncryptionContext: input.SourceEncryptionContext, EncryptionAlgorithm: input.SourceEncryptionAlgorithm }
}

function destinationOf(input: {
  readonly DestinationEncryptionContext?: Context
  readonly DestinationEncryptionAlgorithm?: string | undefined
}) {
  return {
    EncryptionContext: input.DestinationEncryptionContext,
    EncryptionAlgorithm: input.DestinationEncryptionAlgorithm,
  }
}
