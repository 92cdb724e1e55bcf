import type { IssuedSession } from '../../identity/index.ts'
import type { Credentials } from '../generated/sts.ts'

/** Expiry in whole seconds, rounded down: a client that trusts it never signs with a dead session. */
export function presentCredentials(session: IssuedSession): Credentials {
  return {
    AccessKeyId: session.accessKeyId,
    SecretAccessKey: session.secretAccessKey,
    SessionToken: session.sessionToken,
    Expiration: Math.floor(session.expiresAtMs / 1000) * 1000,
  }
}
