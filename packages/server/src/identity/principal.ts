/** Who makes a call, once the signature is verified. */
export type Principal =
  | RootPrincipal
  | UserPrincipal
  | RoleSessionPrincipal
  | OperatorPrincipal
  | AnonymousPrincipal
  | ServicePrincipal

interface Keyed {
  readonly account: string
  readonly arn: string
  readonly accessKeyId: string
  /** Set when the call was signed with temporary credentials. */
  readonly session?: SessionFacts
}

export interface SessionFacts {
  readonly createdAtMs: number
  readonly expiresAtMs: number
  readonly mfa: boolean
  readonly sourceIdentity?: string
  readonly tags?: Readonly<Record<string, string>>
  /** Keys of the tags that go along when this session assumes another role. */
  readonly transitiveTagKeys?: readonly string[]
  /** Session policies, JSON text: the session may do at most what they allow. */
  readonly policies?: readonly string[]
  /** ARNs of managed policies that count like `policies`. */
  readonly policyArns?: readonly string[]
}

export interface RootPrincipal extends Keyed {
  readonly kind: 'root'
}

export interface UserPrincipal extends Keyed {
  readonly kind: 'user'
  /** `AIDA…` */
  readonly userId: string
  readonly userName: string
}

/** `arn` is the session's: `arn:aws:sts::<account>:assumed-role/<role>/<session>`. */
export interface RoleSessionPrincipal extends Keyed {
  readonly kind: 'role-session'
  /** `AROA…` */
  readonly roleId: string
  readonly roleName: string
  readonly roleArn: string
  readonly sessionName: string
  readonly session: SessionFacts
}

/** The owner of the data directory: above accounts, only on Cairn's own endpoints. */
export interface OperatorPrincipal {
  readonly kind: 'operator'
  readonly accessKeyId: string
}

/** Cairn acting as a service, e.g. `cloudtrail.amazonaws.com` delivering a log file. */
export interface ServicePrincipal {
  readonly kind: 'service'
  readonly name: string
}

/** No or failed authentication. `claimedAccessKeyId` is what the request said, unproven. */
export interface AnonymousPrincipal {
  readonly kind: 'anonymous'
  readonly claimedAccessKeyId?: string
}
