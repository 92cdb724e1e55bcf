import type { Kms, KmsKey } from '../../kms/index.ts'
import type { Call, Fail } from '../operation.ts'
import { askedKey, texts } from './addressed-key.ts'

/** Changes the key that the call was asked about. `edit` judges its newest state, inside the change. */
export async function editKey(
  { kms }: { readonly kms: Kms },
  call: Call,
  fail: Fail<'NotFoundException'>,
  edit: (key: KmsKey) => KmsKey,
): Promise<KmsKey> {
  const key = askedKey({ kms }, call, fail)
  const edited = await kms.edit(call.cause, key, edit)
  return edited ?? fail('NotFoundException', texts.noKey(key.arn))
}

/** The same for an operation that answers nothing. */
export async function changeKey(...change: Parameters<typeof editKey>): Promise<object> {
  const { arn } = await editKey(...change)
  const [, call] = change
  return answerNothing(call, arn)
}

/**
 * The answer of an operation that has none; its record names the key in the place of one.
 *
 * @source KMS Developer Guide, log entries since December 2022: responseElements.keyId
 */
export function answerNothing(call: Call, keyId: string): object {
  call.notes.responseElements = { keyId }
  return {}
}

/** Refuses a key that waits for its deletion. */
export function requireKept({ arn, state }: KmsKey, fail: Fail<'KMSInvalidStateException'>): void {
  if (state.kind === 'pending-deletion') fail('KMSInvalidStateException', texts.pendingDeletion(arn))
}

/** Refuses a key that cannot be used now. */
export function requireEnabled(key: KmsKey, fail: Fail<'KMSInvalidStateException' | 'DisabledException'>): void {
  requireKept(key, fail)
  if (key.state.kind === 'disabled') fail('DisabledException', texts.disabled(key.arn))
}
