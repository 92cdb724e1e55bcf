import type { Identity, Role } from '../../identity/index.ts'

/** The role of exactly this ARN: path and case count when a role is assumed. */
export function roleByArn(arn: string, identity: Identity): Role | undefined {
  const { account, name } = readRoleArn(arn) ?? {}
  if (account === undefined || name === undefined) return undefined
  const role = identity.entities.find({ kind: 'role', account, name })
  return role !== undefined && identity.entities.arn(role) === arn ? role : undefined
}

/** `undefined` when it is no role's ARN. */
export function readRoleArn(arn: string): { readonly account: string; readonly name: string } | undefined {
  const [, account, name] = /^arn:[a-z-]+:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(arn) ?? []
  return account === undefined || name === undefined ? undefined : { account, name }
}
