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
    throw new CommandFailure(`The public keys in ${path} cannot be read.`, { cause })
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
      advice: 'Make it with `cairn keys export --public`, or with `aws cloudtrail list-public-keys`.',
    })
  }
}
