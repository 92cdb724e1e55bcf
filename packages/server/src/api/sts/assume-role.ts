import type { AssumeRoleRequest } from '../generated/sts.ts'
import type { AccessRequest } from '../operation.ts'
import { refuseMfa } from './mfa.ts'
import { presentCredentials } from './presentation.ts'
import { readRoleArn, roleByArn } from './role-arn.ts'
import { defineOperation } from './service.ts'

/**
 * Trust and rights are asked in `access`: the role's trust policy must allow, and so must the caller's own policies
 * unless the trust policy names the caller itself. A role that is not there is denied in the same words.
 */
export const assumeRole = defineOperation({
  name: 'AssumeRole',
  action: 'sts:AssumeRole',
  uses: ['identity'],
  readOnly: true,
  record: (input) => {
    const account = readRoleArn(input.RoleArn)?.account
    if (account === undefined) return {}
    return { resources: [{ accountId: account, type: 'AWS::IAM::Role', ARN: input.RoleArn }] }
  },
  access(input, { identity }, call, fail) {
    if (readRoleArn(input.RoleArn) === undefined) fail('ValidationError', `${input.RoleArn} is invalid`)
    const role = roleByArn(input.RoleArn, identity)
    const caller = 'arn' in call.principal ? call.principal.arn : call.principal.kind
    const denial = (action: string) => ({
      code: 'AccessDenied',
      message: `User: ${caller} is not authorized to perform: ${action} on resource: ${input.RoleArn}`,
    })
    if (role === undefined) return fail('AccessDenied', denial('sts:AssumeRole').message)
    return actions(input).map((action) => ({
      action,
      resource: input.RoleArn,
      resourceAccount: role.account,
      resourcePolicy: role.trustPolicy,
      resourcePolicyKind: 'trust' as const,
      denial: denial(action),
      context: requestContext(input),
    }))
  },
  run(input, { identity }, call, fail) {
    refuseMfa(input, fail)
    if (input.ProvidedContexts?.length) fail('ValidationError', 'Trusted context assertions are not supported.')
    const role = roleByArn(input.RoleArn, identity) ?? fail('AccessDenied', `${input.RoleArn} cannot be assumed.`)
    const session = identity.sessions.assumeRole(
      {
        role,
        caller: call.principal,
        sessionName: input.RoleSessionName,
        seconds: input.DurationSeconds,
        policy: input.Policy,
        policyArns: (input.PolicyArns ?? []).flatMap(({ arn }) => arn ?? []),
        tags: (input.Tags ?? []).map(({ Key, Value }) => ({ key: Key, value: Value })),
        transitiveTagKeys: input.TransitiveTagKeys ?? [],
        sourceIdentity: input.SourceIdentity,
      },
      fail,
    )
    const { sourceIdentity, packedPercent } = session
    return {
      Credentials: presentCredentials(session),
      AssumedRoleUser: {
        AssumedRoleId: `${role.id}:${input.RoleSessionName}`,
        Arn: `arn:${call.partition}:sts::${role.account}:assumed-role/${role.name}/${input.RoleSessionName}`,
      },
      ...(packedPercent === undefined ? {} : { PackedPolicySize: packedPercent }),
      ...(sourceIdentity === undefined ? {} : { SourceIdentity: sourceIdentity }),
    }
  },
})

/** Tags and a source identity are rights of their own. */
function actions(input: AssumeRoleRequest): string[] {
  return [
    'sts:AssumeRole',
    ...(input.Tags?.length ? ['sts:TagSession'] : []),
    ...(input.SourceIdentity === undefined ? [] : ['sts:SetSourceIdentity']),
  ]
}

/** @source IAM User Guide, "IAM and AWS STS condition context keys" */
function requestContext(input: AssumeRoleRequest): NonNullable<AccessRequest['context']> {
  return {
    'sts:RoleSessionName': input.RoleSessionName,
    ...(input.ExternalId === undefined ? {} : { 'sts:ExternalId': input.ExternalId }),
    ...(input.SourceIdentity === undefined ? {} : { 'sts:SourceIdentity': input.SourceIdentity }),
    ...(input.Tags?.length ? { 'aws:TagKeys': input.Tags.map(({ Key }) => Key) } : {}),
    ...(input.TransitiveTagKeys?.length ? { 'sts:TransitiveTagKeys': input.TransitiveTagKeys } : {}),
    ...Object.fromEntries((input.Tags ?? []).map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value])),
  }
}
