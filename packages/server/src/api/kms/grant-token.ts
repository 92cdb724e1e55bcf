import type { Fail } from '../operation.ts'

/*
 * A grant counts as soon as it is made, so its token need not prove that there is one: it names the grant, to those who
 * retire it by its token.
 */

/** Longest there can be: an ARN and an id. */
const tokenCharactersMax = 512

export function writeGrantToken(keyArn: string, grantId: string): string {
  return Buffer.from(`1 ${keyArn} ${grantId}`, 'utf8').toString('base64')
}

/** `undefined` for what is no token. */
export function readGrantToken(token: string): { readonly keyArn: string; readonly grantId: string } | undefined {
  const text = token.length > tokenCharactersMax ? '' : Buffer.from(token, 'base64').toString('utf8')
  const [, keyArn, grantId] = /^1 (arn:\S+) ([0-9a-f]{64})$/.exec(text) ?? []
  if (keyArn === undefined || grantId === undefined || writeGrantToken(keyArn, grantId) !== token) return undefined
  return { keyArn, grantId }
}

/** Refuses what are no tokens. Grants count without them. */
export function checkGrantTokens(tokens: readonly string[] = [], fail: Fail<'InvalidGrantTokenException'>): void {
  if (tokens.some((token) => readGrantToken(token) === undefined)) fail('InvalidGrantTokenException', '')
}
