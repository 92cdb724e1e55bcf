import type { HttpRequest } from '../../http-message.ts'
import type { BodyHead } from './body-head.ts'
import type { Claim } from './claim.ts'

/** Tokens are read up to here; providers' are a few kilobytes. */
const tokenCharactersMax = 16 * 1024
const subjectCharactersMax = 256

/**
 * The `sub` of the JSON web token a request carries: as bearer token, as session token, or as the web identity a role is
 * asked for with. Nothing of it is proven here.
 */
export function tokenSubject({ headers }: HttpRequest, claim: Claim | undefined, head: BodyHead): string | undefined {
  const bearer = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1]
  return subjectOf(bearer ?? claim?.sessionToken ?? (claim ? undefined : webIdentity(headers, head)))
}

function webIdentity(headers: HttpRequest['headers'], { bytes, isWhole }: BodyHead): string | undefined {
  if (!isWhole || !headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return undefined
  return new URLSearchParams(Buffer.from(bytes).toString('latin1')).get('WebIdentityToken') ?? undefined
}

function subjectOf(token: string | undefined): string | undefined {
  if (token === undefined || token.length > tokenCharactersMax) return undefined
  const payload = /^[\w-]+\.([\w-]+)\.[\w-]*$/.exec(token)?.[1]
  if (payload === undefined) return undefined
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    if (typeof claims !== 'object' || claims === null || !('sub' in claims)) return undefined
    return typeof claims.sub === 'string' && claims.sub !== '' ? claims.sub.slice(0, subjectCharactersMax) : undefined
  } catch {
    return undefined
  }
}
