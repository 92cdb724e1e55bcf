import {
  assumedRoleIdentity,
  crossAccountIdentity,
  iamUserIdentity,
  rootIdentity,
  serviceIdentity,
  type UserIdentity,
  unknownIdentity,
} from '@cairn/core/record'
import type { Principal } from './principal.ts'

/** `userIdentity` of the record of a call, as the caller's account sees it. */
export function recordIdentity(principal: Principal): UserIdentity {
  switch (principal.kind) {
    case 'root':
      return rootIdentity(principal)
    case 'user':
      return iamUserIdentity(principal)
    case 'role-session':
      return assumedRoleIdentity(principal)
    case 'service':
      return serviceIdentity(principal.name)
    case 'operator':
      // AWS has nobody above accounts; a type of its own keeps the operator apart from every tenant.
      return { type: 'Operator', accessKeyId: principal.accessKeyId }
    case 'anonymous':
      return unknownIdentity({ accessKeyId: principal.claimedAccessKeyId })
  }
}

/** `userIdentity` in the copy for another account whose resource was used; `undefined` for who has no account. */
export function recordIdentityForOwner(principal: Principal): UserIdentity | undefined {
  const principalId = callerId(principal)
  return principalId === undefined || !('account' in principal)
    ? undefined
    : crossAccountIdentity({ principalId, account: principal.account })
}

/** The unique id of a caller, as GetCallerIdentity, `aws:userid` and records give it. */
export function callerId(principal: Principal): string | undefined {
  switch (principal.kind) {
    case 'root':
      return principal.account
    case 'user':
      return principal.userId
    case 'role-session':
      return `${principal.roleId}:${principal.sessionName}`
    default:
      return undefined
  }
}
