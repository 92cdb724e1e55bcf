import { readAuthentication, type SigningKeys, SigV4Error, verifyRequest } from '@cairn/aws-kit/sigv4'
import type { UserIdentity } from '@cairn/core/record'
import type { HttpRequest } from '../../http-message.ts'
import { accountOfAccessKeyId, type Identity } from '../../identity/index.ts'
import type { Clock } from '../../ports/clock.ts'
import type { BodyHead } from './body-head.ts'
import { type Caller, knownCaller, unknownCaller } from './caller.ts'
import { type Claim, readClaim } from './claim.ts'
import { tokenSubject } from './token-subject.ts'

/** Whom the configuration says a key or the subject of a token belongs to. */
export interface IdentityMapping {
  readonly accessKeyId?: string | undefined
  /** `sub` of a JSON web token: a bearer token, a session token, a web identity. */
  readonly subject?: string | undefined
  /** One of the installation's accounts. */
  readonly account: string
  /** Either a user or a role; an account alone is its root. */
  readonly user?: string | undefined
  readonly role?: string | undefined
  readonly session?: string | undefined
}

/** Tells who makes a call whose signature is the upstream's to check. Never throws. */
export type IdentifyCaller = (request: HttpRequest, head: BodyHead) => Caller

/**
 * Cairn's own IAM is asked first, and the signature checked where the bytes at hand allow it; then the configuration;
 * then what the key itself tells. What nobody vouches for is `Unknown`, never a guess.
 */
export function createIdentifyCaller(options: {
  readonly identity: Pick<Identity, 'credential'>
  readonly signingKeys: SigningKeys
  /** Signatures are held against it. */
  readonly machineClock: Clock
  readonly mappings: readonly IdentityMapping[]
  readonly account: string
  readonly partition: string
}): IdentifyCaller {
  const { identity, account, partition } = options
  const byKey = new Map(options.mappings.map((mapping) => [mapping.accessKeyId, mapping]))
  const bySubject = new Map(options.mappings.map((mapping) => [mapping.subject, mapping]))

  function ofConfiguration(claim: Claim | undefined, subject: string | undefined): Caller | undefined {
    const mapping =
      (claim && byKey.get(claim.accessKeyId)) ?? (subject === undefined ? undefined : bySubject.get(subject))
    return mapping && mappedCaller(mapping, partition, claim?.accessKeyId)
  }

  function signatureOf(request: HttpRequest, head: BodyHead, secret: string): 'right' | 'wrong' | 'unchecked' {
    try {
      const authentication = readAuthentication(request.head, options.machineClock.nowMs())
      if (authentication.kind !== 'signed') return 'wrong'
      const coversBody = authentication.payload.kind === 'whole'
      if (coversBody && !head.isWhole) return 'unchecked'
      const key = options.signingKeys.get(authentication.accessKeyId, authentication.scope, () => secret)
      verifyRequest(authentication, key, coversBody ? head.bytes : undefined)
      return 'right'
    } catch (error) {
      if (error instanceof SigV4Error) return 'wrong'
      throw error
    }
  }

  return (request, head) => {
    const claim = readClaim(request)
    const subject = tokenSubject(request, claim, head)
    const found = claim && identity.credential(claim.accessKeyId, claim.sessionToken)
    if (found?.kind === 'verifiable') {
      const signature = signatureOf(request, head, found.secretAccessKey)
      if (signature !== 'wrong') return knownCaller(found.principal, account, signature === 'right')
    }
    const configured = ofConfiguration(claim, subject)
    if (configured) return configured
    // An emulator believes every key; then its belief is all there is.
    if (found?.kind === 'trusted') return knownCaller(found.principal, account, true)
    return ofKey(claim, subject) ?? unknownCaller(account, claim?.accessKeyId)
  }

  /** Account and subject are shown where the record names the caller; it stays in the installation's own account. */
  function ofKey(claim: Claim | undefined, subject: string | undefined): Caller | undefined {
    const accessKeyId = claim?.accessKeyId
    const named = accessKeyId === undefined ? undefined : accountOfKey(accessKeyId)
    if (named === undefined && subject === undefined) return undefined
    const userIdentity: UserIdentity = { type: 'Unknown', principalId: subject, accountId: named, accessKeyId }
    const toldBy = named === undefined ? 'token' : 'key'
    return { userIdentity, account, toldBy, isProven: false, ...(accessKeyId !== undefined && { accessKeyId }) }
  }
}

/** Twelve digits are the way to name an account to an emulator. */
function accountOfKey(accessKeyId: string): string | undefined {
  return /^\d{12}$/.test(accessKeyId) ? accessKeyId : accountOfAccessKeyId(accessKeyId)
}

/** Ids and session times are not in the configuration, so the record leaves them out. */
function mappedCaller(mapping: IdentityMapping, partition: string, accessKeyId: string | undefined): Caller {
  const { account } = mapping
  return {
    userIdentity: { ...mappedIdentity(mapping, partition, accessKeyId), accountId: account, accessKeyId },
    account,
    toldBy: 'configuration',
    isProven: false,
    ...(accessKeyId !== undefined && { accessKeyId }),
  }
}

function mappedIdentity(
  { account, user, role, session, subject }: IdentityMapping,
  partition: string,
  accessKeyId: string | undefined,
): UserIdentity {
  const iam = `arn:${partition}:iam::${account}`
  if (user !== undefined) return { type: 'IAMUser', arn: `${iam}:user/${user}`, userName: withoutPath(user) }
  if (role === undefined) return { type: 'Root', principalId: account, arn: `${iam}:root` }
  const name = withoutPath(role)
  const sessionName = session ?? asSessionName(subject) ?? accessKeyId ?? name
  return {
    type: 'AssumedRole',
    arn: `arn:${partition}:sts::${account}:assumed-role/${name}/${sessionName}`,
    sessionContext: {
      sessionIssuer: { type: 'Role', arn: `${iam}:role/${role}`, accountId: account, userName: name },
    },
  }
}

/** Paths are part of the ARNs of users and roles, but neither of their names nor of sessions. */
function withoutPath(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1)
}

const sessionNameMax = 64

/** Subjects hold slashes and colons, which would be other parts of the ARN. @source STS API reference, RoleSessionName */
function asSessionName(subject: string | undefined): string | undefined {
  return subject?.replace(/[^\w+=,.@-]+/g, '-').slice(0, sessionNameMax)
}
