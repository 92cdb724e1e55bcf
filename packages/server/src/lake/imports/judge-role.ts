import { compilePolicy, evaluate, parsePolicy } from '@cairn/aws-kit/iam'
import { bucketArn } from '../../buckets/index.ts'
import type { Identity, Role, RoleSessionPrincipal } from '../../identity/index.ts'
import type { Clock } from '../../ports/clock.ts'

/** What an import does with its role. */
export interface RoleUse {
  readonly roleArn: string
  readonly account: string
  readonly storeArn: string
  readonly bucket: string
  readonly prefix: string
  /** Of a bucket of this installation. */
  readonly bucketAccount?: string
  readonly bucketPolicy?: string
}

const service = 'cloudtrail.amazonaws.com'

/**
 * Why CloudTrail could not read the bucket as this role; `undefined` when it could: the role is there, trusts
 * CloudTrail for this store, and may list the bucket, look at its ACL and read what is below the prefix.
 *
 * @source CloudTrail User Guide, "Required permissions for copying trail events"
 */
export function createRoleJudge(identity: Identity, clock: Clock): (use: RoleUse) => string | undefined {
  return (use) => {
    if (identity.acceptsAnyCredentials) return undefined
    const { roleArn, account, storeArn, bucket, prefix } = use
    const [, partition = 'aws', roleAccount, name] =
      /^arn:([a-z-]+):iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(roleArn) ?? []
    const role =
      roleAccount === account && name !== undefined
        ? identity.entities.find({ kind: 'role', account, name })
        : undefined
    if (role === undefined || identity.entities.arn(role) !== roleArn) return `The role ${roleArn} does not exist.`
    if (!isTrusting(role, use)) return `The role ${roleArn} does not trust ${service} for ${storeArn}.`
    const wanted = [
      ['s3:ListBucket', bucketArn(partition, bucket)],
      ['s3:GetBucketAcl', bucketArn(partition, bucket)],
      ['s3:GetObject', bucketArn(partition, bucket, `${prefix}x`)],
    ] as const
    const missing = wanted.find(([action, resource]) => !mayUse(role, action, resource, use))
    return missing && `The role ${roleArn} is not allowed ${missing[0]} on ${missing[1].replace(/x$/, '*')}.`
  }

  function isTrusting(role: Role, { roleArn, account, storeArn }: RoleUse): boolean {
    const policy = { name: 'trust', policy: compilePolicy(parsePolicy(role.trustPolicy, 'trust')) }
    return evaluate(
      {
        principal: { kind: 'service', name: service },
        action: 'sts:AssumeRole',
        resource: roleArn,
        resourceAccount: account,
        context: new Map([
          ['aws:sourcearn', storeArn],
          ['aws:sourceaccount', account],
          ['aws:principalisawsservice', 'true'],
          ['aws:principalservicename', service],
        ]),
      },
      { identity: [], resource: { policy, isRequired: true } },
    ).allowed
  }

  function mayUse(role: Role, action: string, resource: string, use: RoleUse): boolean {
    const nowMs = clock.nowMs()
    const { account, roleArn, prefix, bucketPolicy } = use
    const principal: RoleSessionPrincipal = {
      kind: 'role-session',
      account,
      arn: `arn:aws:sts::${account}:assumed-role/${role.name}/CloudTrail`,
      accessKeyId: '',
      roleId: role.id,
      roleName: role.name,
      roleArn,
      sessionName: 'CloudTrail',
      session: { createdAtMs: nowMs, expiresAtMs: nowMs, mfa: false },
    }
    const context = { ...identity.contextOf(principal), 's3:prefix': prefix, 'aws:SecureTransport': 'true' }
    return evaluate(
      {
        principal,
        action,
        resource,
        // A bucket of another installation cannot be asked: only the role's own side is judged.
        resourceAccount: use.bucketAccount ?? account,
        context: new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value])),
      },
      {
        ...identity.policiesFor(principal),
        ...(bucketPolicy !== undefined && {
          resource: { policy: { name: 'bucket', policy: compilePolicy(parsePolicy(bucketPolicy, 'resource')) } },
        }),
      },
    ).allowed
  }
}
