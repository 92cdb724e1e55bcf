import {
  type AccessKey,
  accessKeyContext,
  accessKeys,
  entitiesOf,
  entityArn,
  entityKey,
  rootArn,
  type User,
} from './entity.ts'
import type { Principal, SessionFacts } from './principal.ts'
import { readSessionToken, type SessionGrant } from './session-token.ts'
import type { IdentityStore } from './store.ts'

/** What is known about an access key id (and token) that came with a request. */
export type Credential =
  /** The request's signature has to be verified with the secret; then it is the principal's. */
  | { readonly kind: 'verifiable'; readonly secretAccessKey: string; readonly principal: Principal }
  /** Emulator mode: whatever the signature is, the request counts as the principal's. */
  | { readonly kind: 'trusted'; readonly principal: Principal }
  | { readonly kind: 'refused'; readonly reason: CredentialRefusal }

export type CredentialRefusal = 'unknown-key' | 'inactive-key' | 'missing-token' | 'bad-token' | 'expired-token'

/**
 * Decides who may sign with a key. `verified` asks for a known key; `emulator` takes any: a known one is its owner's,
 * twelve digits are the root of that account, everything else is the root of `account`.
 */
export type CredentialMode = { readonly kind: 'verified' } | { readonly kind: 'emulator'; readonly account: string }

/** Synchronous and quick: it stands in front of every request. */
export type FindCredential = (accessKeyId: string, sessionToken: string | undefined) => Credential

export function createCredentialFinder(store: IdentityStore, mode: CredentialMode): FindCredential {
  const { catalog, vault, clock, partition } = store
  // Documents are immutable, so what was computed from one holds as long as the document is current.
  const secrets = new WeakMap<AccessKey, string>()
  const grants = boundedCache<SessionGrant>(grantsMax)

  function secretOf(key: AccessKey): string {
    let secret = secrets.get(key)
    if (secret === undefined) {
      secret = Buffer.from(vault.unseal(key.sealedSecret, accessKeyContext(key.id))).toString('latin1')
      secrets.set(key, secret)
    }
    return secret
  }

  function longTerm(key: AccessKey): Credential {
    if (!key.isActive) return refused('inactive-key')
    const principal = ownerOf(key)
    if (principal === undefined) return refused('unknown-key')
    return { kind: 'verifiable', secretAccessKey: secretOf(key), principal }
  }

  function ownerOf({ id, owner }: AccessKey): Principal | undefined {
    if (owner.kind === 'operator') return { kind: 'operator', accessKeyId: id }
    if (owner.kind === 'root') return rootPrincipal(owner.account, id)
    const user = catalog.get(entitiesOf('user'), entityKey(owner))
    return user && userPrincipal(user, id)
  }

  function temporary(accessKeyId: string, sessionToken: string): Credential {
    let grant = grants.get(sessionToken)
    if (grant?.accessKeyId !== accessKeyId) {
      grant = readSessionToken(sessionToken, accessKeyId, vault)
      if (grant === undefined) return refused('bad-token')
      grants.set(sessionToken, grant)
    }
    if (clock.nowMs() >= grant.expiresAtMs) return refused('expired-token')
    const principal = holderOf(grant)
    if (principal === undefined) return refused('bad-token')
    return { kind: 'verifiable', secretAccessKey: grant.secretAccessKey, principal }
  }

  /** `undefined` when the user or role is gone, or is another one of the same name. */
  function holderOf(grant: SessionGrant): Principal | undefined {
    const { account, accessKeyId, holder } = grant
    const session = sessionFacts(grant)
    if (holder.kind === 'root') return { ...rootPrincipal(account, accessKeyId), session }
    if (holder.kind === 'user') {
      const user = catalog.get(entitiesOf('user'), entityKey({ account, name: holder.name }))
      return user?.id === holder.id ? { ...userPrincipal(user, accessKeyId), session } : undefined
    }
    const role = catalog.get(entitiesOf('role'), entityKey({ account, name: holder.name }))
    if (role?.id !== holder.id) return undefined
    return {
      kind: 'role-session',
      account,
      arn: `arn:${partition}:sts::${account}:assumed-role/${role.name}/${holder.sessionName}`,
      accessKeyId,
      roleId: role.id,
      roleName: role.name,
      roleArn: entityArn(partition, role),
      sessionName: holder.sessionName,
      session,
    }
  }

  function rootPrincipal(account: string, accessKeyId: string) {
    return { kind: 'root', account, arn: rootArn(partition, account), accessKeyId } as const
  }

  function userPrincipal(user: User, accessKeyId: string) {
    const { account, id: userId, name: userName } = user
    return { kind: 'user', account, arn: entityArn(partition, user), accessKeyId, userId, userName } as const
  }

  function verifiable(accessKeyId: string, sessionToken: string | undefined): Credential {
    const key = catalog.get(accessKeys, accessKeyId)
    if (key !== undefined) return sessionToken === undefined ? longTerm(key) : refused('bad-token')
    if (sessionToken !== undefined) return temporary(accessKeyId, sessionToken)
    return refused(accessKeyId.startsWith('ASIA') ? 'missing-token' : 'unknown-key')
  }

  if (mode.kind === 'verified') return verifiable
  return (accessKeyId, sessionToken) => {
    const found = verifiable(accessKeyId, sessionToken)
    if (found.kind === 'verifiable') return { kind: 'trusted', principal: found.principal }
    const account = /^\d{12}$/.test(accessKeyId) ? accessKeyId : mode.account
    return { kind: 'trusted', principal: rootPrincipal(account, accessKeyId) }
  }
}

function refused(reason: CredentialRefusal): Credential {
  return { kind: 'refused', reason }
}

function sessionFacts(grant: SessionGrant): SessionFacts {
  const { issuedAtMs, expiresAtMs, mfa, sourceIdentity, tags, transitiveTagKeys, policies, policyArns } = grant
  return {
    createdAtMs: issuedAtMs,
    expiresAtMs,
    mfa,
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    ...(tags === undefined ? {} : { tags }),
    ...(transitiveTagKeys === undefined ? {} : { transitiveTagKeys }),
    ...(policies === undefined ? {} : { policies }),
    ...(policyArns === undefined ? {} : { policyArns }),
  }
}

/** Open tokens kept; a session is a few hundred bytes, and unsealing one again costs microseconds. */
const grantsMax = 5_000

/** Forgets everything when full, which is simpler than knowing which is oldest and costs one round of unsealing. */
function boundedCache<Value>(max: number) {
  const values = new Map<string, Value>()
  return {
    get: (key: string) => values.get(key),
    set(key: string, value: Value) {
      if (values.size >= max) values.clear()
      values.set(key, value)
    },
  }
}
