import { readFile } from 'node:fs/promises'
import { type PublicKeys, publicKeys, publicKeyValues } from '@cairn/server/proofs'
import { CommandFailure } from '../failure.ts'

/**
 * Reads the file of `cairn keys export --public`, or the answer of `aws cloudtrail list-public-keys`.
 *
 * @throws CommandFailure when it cannot be read or holds no key
 */
export async function readPublicKeys(path: string): Promise<PublicKeys> {
  const text = await readFile(path, 'utf8').catch((cause) => {
    throw unreadableKeys(path, cause)
  })
  return readPublicKeyList(text, path)
}

/** The same of a text; `path` is where it came from. */
export function readPublicKeyList(text: string, path: string): PublicKeys {
  try {
    return publicKeys(publicKeyValues(text))
  } catch (cause) {
    throw new CommandFailure(`${path} holds no public keys.`, {
      cause,
      advice: whereKeysAreFrom,
    })
  }
}

/** Of a file that was named and is not there, or may not be read. */
export function unreadableKeys(path: string, cause: unknown): CommandFailure {
  const reason = cause instanceof Error && 'code' in cause ? ` (${cause.code})` : ''
  return new CommandFailure(`The public keys in ${path} cannot be read${reason}.`, { cause, advice: whereKeysAreFrom })
}

const whereKeysAreFrom =
  'Make such a file with `cairn keys export --public > keys.json`, or with `aws cloudtrail list-public-keys`.'
