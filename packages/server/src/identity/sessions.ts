import type { Role, Tag } from './entity.ts'
import type { ManagedPolicies } from './managed-policies.ts'
import { checkIdentityPolicy } from './policy-document.ts'
import type { Principal, RootPrincipal, UserPrincipal } from './principal.ts'
import type { Refuse } from './refuse.ts'
import { type SessionGrant, writeSessionToken } from './session-token.ts'
import type { IdentityStore } from './store.ts'
import { newAccessKeyId, newSecretAccessKey } from './unique-id.ts'

/** Temporary credentials as they are handed out. */
export interface IssuedSession {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiresAtMs: number
  /** As the session has it, its own or inherited. */
  readonly sourceIdentity?: string
  /** How much of the room for session policies and tags is used, in percent; absent when there are none. */
  readonly packedPercent?: number
}

export interface RoleSessionRequest {
  readonly role: Role
  readonly caller: Principal
  readonly sessionName: string
  readonly seconds: number | undefined
  readonly policy: string | undefined
  readonly policyArns: readonly string[]
  readonly tags: readonly Tag[]
  readonly transitiveTagKeys: readonly string[]
  readonly sourceIdentity: string | undefined
}

export interface Sessions {
  /** A session of a role. That the caller may have it is decided before. */
  assumeRole(
    request: RoleSessionRequest,
    refuse: Refuse<
      'AccessDenied' | 'ValidationError' | 'MalformedPolicyDocumentException' | 'PackedPolicyTooLargeException'
    >,
  ): IssuedSession
  /** The caller's own rights for a while. */
  ofCaller(caller: UserPrincipal | RootPrincipal, seconds: number | undefined): IssuedSession
}

/** @source IAM User Guide, "Methods to assume a role" and "Request credentials through AWS STS" */
const seconds = { roleDefault: 3600, chainedMax: 3600, callerDefault: 43_200, rootMax: 3600 }

/** Characters of session policies and tags that fit; AWS packs them into a binary form of its own. */
const packedCharsMax = 4096

export function createSessions(
  store: IdentityStore,
  policies: ManagedPolicies,
  /** Whether root may assume roles: made-up credentials are root's, and must get as far as those of a user. */
  { rootAssumesRoles }: { readonly rootAssumesRoles: boolean },
): Sessions {
  const { vault, ids, clock } = store

  function issue(account: string, lifetimeSeconds: number, rest: Pick<SessionGrant, 'holder'> & Partial<SessionGrant>) {
    const issuedAtMs = clock.nowMs()
    const grant: SessionGrant = {
      ...rest,
      account,
      accessKeyId: newAccessKeyId('ASIA', account, ids),
      secretAccessKey: newSecretAccessKey(ids),
      issuedAtMs,
      expiresAtMs: issuedAtMs + lifetimeSeconds * 1000,
      mfa: false,
    }
    const { accessKeyId, secretAccessKey, expiresAtMs } = grant
    return { accessKeyId, secretAccessKey, expiresAtMs, sessionToken: writeSessionToken(grant, vault) }
  }

  return {
    assumeRole(request, refuse) {
      const { role, caller, policy, policyArns } = request
      if (caller.kind === 'root' && !rootAssumesRoles)
        refuse('AccessDenied', 'Roles may not be assumed by root accounts.')
      const lifetime = roleSeconds(request, refuse)
      if (policy !== undefined) checkIdentityPolicy(policy, refuse)
      for (const arn of policyArns) {
        if (policies.find(arn) === undefined) {
          refuse('ValidationError', `Policy ${arn} does not exist or is not attachable.`)
        }
      }
      const { tags, transitiveTagKeys } = sessionTags(request, refuse)
      const sourceIdentity = sessionSourceIdentity(request, refuse)
      const packed = (policy?.length ?? 0) + policyArns.join('').length + Object.entries(tags).flat().join('').length
      const packedPercent = Math.ceil((packed * 100) / packedCharsMax)
      if (packedPercent > 100) {
        refuse(
          'PackedPolicyTooLargeException',
          `Packed policy consumes ${packedPercent}% of allotted space, please use smaller policy.`,
        )
      }
      const session = issue(role.account, lifetime, {
        holder: { kind: 'role', id: role.id, name: role.name, sessionName: request.sessionName },
        ...(Object.keys(tags).length === 0 ? {} : { tags }),
        ...(transitiveTagKeys.length === 0 ? {} : { transitiveTagKeys }),
        ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
        ...(policy === undefined ? {} : { policies: [policy] }),
        ...(policyArns.length === 0 ? {} : { policyArns }),
      })
      return {
        ...session,
        ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
        ...(packed === 0 ? {} : { packedPercent }),
      }
    },

    ofCaller(caller, wanted) {
      if (caller.kind === 'root') {
        const lifetime = Math.min(wanted ?? seconds.rootMax, seconds.rootMax)
        return issue(caller.account, lifetime, { holder: { kind: 'root' }, policies: [withoutMfa] })
      }
      const holder = { kind: 'user', id: caller.userId, name: caller.userName } as const
      return issue(caller.account, wanted ?? seconds.callerDefault, { holder, policies: [withoutMfa] })
    },
  }
}

/**
 * What a GetSessionToken session without MFA may do at most.
 *
 * @source STS API Reference, GetSessionToken: no IAM operations without MFA, of STS only these two
 */
const withoutMfa = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', NotAction: ['iam:*', 'sts:*'], Resource: '*' },
    { Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:GetCallerIdentity'], Resource: '*' },
  ],
})

function roleSeconds({ role, caller, seconds: wanted }: RoleSessionRequest, refuse: Refuse<'ValidationError'>): number {
  const lifetime = wanted ?? seconds.roleDefault
  if (caller.kind === 'role-session' && lifetime > seconds.chainedMax) {
    refuse(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    )
  }
  if (lifetime > role.sessionSecondsMax) {
    refuse('ValidationError', 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.')
  }
  return lifetime
}

/** The request's tags and those the calling session hands on. */
function sessionTags({ caller, tags, transitiveTagKeys }: RoleSessionRequest, refuse: Refuse<'ValidationError'>) {
  const session = caller.kind === 'role-session' ? caller.session : undefined
  const inheritedKeys = session?.transitiveTagKeys ?? []
  const all: Record<string, string> = {}
  for (const key of inheritedKeys) all[key] = session?.tags?.[key] ?? ''
  const taken = new Set<string>()
  const inherited = new Set(inheritedKeys.map((key) => key.toLowerCase()))
  for (const { key, value } of tags) {
    const folded = key.toLowerCase()
    if (taken.has(folded)) {
      refuse('ValidationError', 'Duplicate tag keys found. Please note that Tag keys are case insensitive.')
    }
    if (inherited.has(folded)) {
      refuse(
        'ValidationError',
        `One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.`,
      )
    }
    if (folded.startsWith('aws:'))
      refuse('ValidationError', 'Tag keys beginning with aws: are reserved for system use.')
    taken.add(folded)
    all[key] = value
  }
  for (const key of transitiveTagKeys) {
    if (!taken.has(key.toLowerCase())) {
      refuse('ValidationError', 'The specified transitive tag key must be included in the requested tags.')
    }
  }
  return { tags: all, transitiveTagKeys: [...inheritedKeys, ...transitiveTagKeys] }
}

/** Once set it sticks through chained sessions. */
function sessionSourceIdentity(
  { caller, sourceIdentity }: RoleSessionRequest,
  refuse: Refuse<'AccessDenied'>,
): string | undefined {
  const inherited = caller.kind === 'role-session' ? caller.session.sourceIdentity : undefined
  if (inherited !== undefined && sourceIdentity !== undefined && sourceIdentity !== inherited) {
    refuse('AccessDenied', 'The source identity of a session cannot be changed.')
  }
  return sourceIdentity ?? inherited
}
