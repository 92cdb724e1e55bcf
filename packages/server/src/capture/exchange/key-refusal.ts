/** Codes by which services say that they do not know a key or that its signature is wrong, as records spell them. */
const refusals: ReadonlySet<string> = new Set([
  'AuthFailure',
  'AuthorizationHeaderMalformed',
  'ExpiredToken',
  'IncompleteSignature',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSignature',
  'InvalidToken',
  'MissingAuthenticationToken',
  'NotSignedUp',
  'RequestExpired',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
  'UnrecognizedClient',
])

/** Whether an upstream's error means that it refused who calls, not what was called. */
export function isKeyRefusal(code: string | undefined): boolean {
  return code !== undefined && refusals.has(code.replace(/^Client\./, '').replace(/Exception$/, ''))
}
