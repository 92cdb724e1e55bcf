import type { HttpRequest } from '../../http-message.ts'

/** What a request says of its signature. Unproven: good for routing and naming, never for permissions. */
export interface Claim {
  readonly accessKeyId: string
  readonly service?: string
  readonly region?: string
  readonly sessionToken?: string
}

/** Parts are bounded, since they become fields of records and keys of maps. */
const scoped = /^([^/,\s]{1,128})\/\d{8}\/([a-z0-9-]{1,64})\/([a-z0-9.-]{1,64})\/aws4_request/
/** The asymmetric form names no region. */
const unscoped = /^([^/,\s]{1,128})\/\d{8}\/([a-z0-9.-]{1,64})\/aws4_request/

/** Reads the claim of a request, in whichever place and version it is; `undefined` for an unsigned one. */
export function readClaim({ headers, head }: Pick<HttpRequest, 'headers' | 'head'>): Claim | undefined {
  const { authorization } = headers
  if (authorization !== undefined) {
    const credential = /^AWS4-\S+ .*?Credential=([^,\s]+)/.exec(authorization)?.[1]
    if (credential !== undefined) return ofCredential(credential, headers['x-amz-security-token'])
    const accessKeyId = /^AWS ([^:\s]{1,128}):/.exec(authorization)?.[1]
    return accessKeyId === undefined ? undefined : { accessKeyId, service: 's3' }
  }
  if (!head.query.includes('X-Amz-Credential=') && !head.query.includes('AWSAccessKeyId=')) return undefined
  const parameters = new URLSearchParams(head.query)
  const credential = parameters.get('X-Amz-Credential')
  if (credential !== null) return ofCredential(credential, parameters.get('X-Amz-Security-Token') ?? undefined)
  const accessKeyId = parameters.get('AWSAccessKeyId')
  return accessKeyId === null ? undefined : { accessKeyId: accessKeyId.slice(0, 128), service: 's3' }
}

function ofCredential(credential: string, token: string | undefined): Claim | undefined {
  const sessionToken = token === undefined ? {} : { sessionToken: token }
  const [, accessKeyId, region, service] = scoped.exec(credential) ?? []
  if (accessKeyId !== undefined && region !== undefined && service !== undefined) {
    return { accessKeyId, region, service, ...sessionToken }
  }
  const [, key, only] = unscoped.exec(credential) ?? []
  return key === undefined || only === undefined ? undefined : { accessKeyId: key, service: only, ...sessionToken }
}
