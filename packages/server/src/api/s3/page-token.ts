import type { Fail } from '../operation.ts'

/*
 * A token is where the next page begins: base64url of "1" and the last name of this page. It opens nothing that the
 * caller could not list from there by `start-after`, so it needs no signature.
 */

/** Longest key, base64: anything longer is not ours. */
const tokenCharsMax = 2048

export function writeToken(last: string): string {
  return Buffer.from(`1${last}`, 'utf8').toString('base64url')
}

export function readToken(token: string, fail: Fail<'InvalidArgument'>): string {
  const text = token.length > tokenCharsMax ? '' : Buffer.from(token, 'base64url').toString('utf8')
  if (!text.startsWith('1') || writeToken(text.slice(1)) !== token) {
    fail('InvalidArgument', 'The continuation token provided is incorrect')
  }
  return text.slice(1)
}
