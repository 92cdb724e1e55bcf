import { recordTime } from './time.ts'

/** The `userIdentity` of a record, members in the order of real files. */
export type UserIdentity = Readonly<Record<string, unknown>>

/** What temporary credentials add. Attributes are strings in records, also the boolean one. */
export interface SessionContextFacts {
  readonly createdAtMs: number
  readonly mfa: boolean
  readonly sourceIdentity?: string | undefined
}

interface KeyedFacts {
  readonly account: string
  readonly arn: string
  readonly accessKeyId?: string | undefined
  readonly session?: SessionContextFacts | undefined
  /** A service that made the call for this principal. */
  readonly invokedBy?: string | undefined
}

export interface RootFacts extends KeyedFacts {
  /** The account's alias, shown as user name if there is one. */
  readonly alias?: string | undefined
}

export interface UserFacts extends KeyedFacts {
  /** `AIDA…` */
  readonly userId: string
  readonly userName: string
}

/** `arn` is the session's, `arn:…:sts::<account>:assumed-role/<role>/<session>`. */
export interface RoleSessionFacts extends KeyedFacts {
  /** `AROA…` */
  readonly roleId: string
  readonly roleName: string
  readonly roleArn: string
  readonly sessionName: string
  readonly session: SessionContextFacts
}

export function rootIdentity(facts: RootFacts): UserIdentity {
  return {
    type: 'Root',
    principalId: facts.account,
    arn: facts.arn,
    accountId: facts.account,
    accessKeyId: facts.accessKeyId,
    userName: facts.alias,
    sessionContext: facts.session && { attributes: attributes(facts.session) },
    invokedBy: facts.invokedBy,
  }
}

/** An IAM user, also when signed with the temporary credentials of `GetSessionToken`. */
export function iamUserIdentity(facts: UserFacts): UserIdentity {
  return {
    type: 'IAMUser',
    principalId: facts.userId,
    arn: facts.arn,
    accountId: facts.account,
    accessKeyId: facts.accessKeyId,
    userName: facts.userName,
    sessionContext: facts.session && {
      attributes: attributes(facts.session),
      sourceIdentity: facts.session.sourceIdentity,
    },
    invokedBy: facts.invokedBy,
  }
}

export function assumedRoleIdentity(facts: RoleSessionFacts): UserIdentity {
  return {
    type: 'AssumedRole',
    principalId: `${facts.roleId}:${facts.sessionName}`,
    arn: facts.arn,
    accountId: facts.account,
    accessKeyId: facts.accessKeyId,
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId: facts.roleId,
        arn: facts.roleArn,
        accountId: facts.account,
        userName: facts.roleName,
      },
      attributes: attributes(facts.session),
      sourceIdentity: facts.session.sourceIdentity,
    },
    invokedBy: facts.invokedBy,
  }
}

/** A service acting as itself, e.g. `cloudtrail.amazonaws.com` delivering. */
export function serviceIdentity(name: string): UserIdentity {
  return { type: 'AWSService', invokedBy: name }
}

/** The caller as the other account's copy shows it: ARN, name and key withheld. */
export function crossAccountIdentity(facts: { readonly principalId: string; readonly account: string }): UserIdentity {
  return { type: 'AWSAccount', principalId: facts.principalId, accountId: facts.account }
}

/** A caller that could not be determined; `accessKeyId` is what it claimed, unproven. */
export function unknownIdentity(facts: { readonly accessKeyId?: string | undefined } = {}): UserIdentity {
  return { type: 'Unknown', accessKeyId: facts.accessKeyId }
}

/** `AssumeRoleWithSAML`: no account and no key is known yet. */
export function samlUserIdentity(facts: { readonly nameQualifier: string; readonly subject: string }): UserIdentity {
  return {
    type: 'SAMLUser',
    principalId: `${facts.nameQualifier}:${facts.subject}`,
    userName: facts.subject,
    identityProvider: facts.nameQualifier,
  }
}

/** `AssumeRoleWithWebIdentity`. */
export function webIdentityUserIdentity(facts: {
  readonly issuer: string
  readonly audience: string
  readonly userId: string
}): UserIdentity {
  return {
    type: 'WebIdentityUser',
    principalId: `${facts.issuer}:${facts.audience}:${facts.userId}`,
    userName: facts.userId,
    identityProvider: facts.issuer,
  }
}

function attributes(session: SessionContextFacts): Readonly<Record<string, string>> {
  return { creationDate: recordTime(session.createdAtMs), mfaAuthenticated: String(session.mfa) }
}
