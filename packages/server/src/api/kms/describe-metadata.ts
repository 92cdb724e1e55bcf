import { currentMaterial, type KmsKey } from '../../kms/index.ts'
import type { KeyMetadata } from '../generated/kms.ts'

/** A key in the words of the API. */
export function describeMetadata(key: KmsKey): KeyMetadata {
  const { state } = key
  return {
    AWSAccountId: key.account,
    KeyId: key.id,
    Arn: key.arn,
    CreationDate: key.createdAtMs,
    Enabled: state.kind === 'enabled',
    Description: key.description,
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeyState: keyStates[state.kind],
    ...(state.kind === 'pending-deletion' && { DeletionDate: state.deletesAtMs }),
    Origin: 'AWS_KMS',
    KeyManager: 'CUSTOMER',
    CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
    KeySpec: 'SYMMETRIC_DEFAULT',
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    MultiRegion: false,
    CurrentKeyMaterialId: currentMaterial(key).id,
  }
}

const keyStates = { enabled: 'Enabled', disabled: 'Disabled', 'pending-deletion': 'PendingDeletion' } as const
