import { SigV4Error } from './sigv4-error.ts'

/** The only algorithm spoken here. */
export const algorithm = 'AWS4-HMAC-SHA256'
const terminal = 'aws4_request'

/** What a signing key is good for. `date` is `YYYYMMDD`. */
export interface CredentialScope {
  readonly date: string
  readonly region: string
  readonly service: string
}

/** The scope as it stands in a string to sign. */
export function scopeText(scope: CredentialScope): string {
  return `${scope.date}/${scope.region}/${scope.service}/${terminal}`
}

/** The parts are bounded because they become keys of a cache and fields of records. */
const credentialPattern = /^([\w.@=+,-]{1,128})\/(\d{8})\/([a-z0-9-]{1,64})\/([a-z0-9.-]{1,64})\/aws4_request$/

/** As S3's first clients named regions, and s3cmd does until it is told better. */
const oldRegions: Readonly<Record<string, string>> = { US: 'us-east-1', EU: 'eu-west-1' }

/** Reads `<key id>/<date>/<region>/<service>/aws4_request`. @throws SigV4Error `credential-malformed` */
export function readCredential(
  text: string,
  presigned: boolean,
): { readonly accessKeyId: string; readonly scope: CredentialScope } {
  const [, claimed, , old = ''] = /^([^/]{1,128})\/(\d{8})\/(US|EU)\/s3\/aws4_request$/.exec(text) ?? []
  const expected = oldRegions[old]
  if (claimed !== undefined && expected !== undefined) {
    throw new SigV4Error('scope-mismatch', { part: 'region', got: old, expected }, { presigned, accessKeyId: claimed })
  }
  const match = credentialPattern.exec(text)
  const [, accessKeyId, date, region, service] = match ?? []
  if (accessKeyId === undefined || date === undefined || region === undefined || service === undefined) {
    throw new SigV4Error('credential-malformed', { credential: text.slice(0, 256) }, { presigned })
  }
  return { accessKeyId, scope: { date, region, service } }
}
