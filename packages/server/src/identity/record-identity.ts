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

/** The `userIdentity` that the record of this principal's call shows to its own account. */
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
      return { type: 'Operator', accessKeyId: principal.accessKeyId }
    case 'anonymous':
      return unknownIdentity({ accessKeyId: principal.claimedAccessKeyId })
  }
}

/** The same caller as the account that owns the resource sees it; `undefined` when there is nothing to share. */
export function recordIdentityForOwner(principal: Principal): UserIdentity | undefined {
  switch (principal.kind) {
    case 'root':
      return crossAccountIdentity({ principalId: principal.account, account: principal.account })
    case 'user':
      return crossAccountIdentity({ principalId: principal.userId, account: principal.account })
    case 'role-session':
      return crossAccountIdentity({
        principalId: `${principal.roleId}:${principal.sessionName}`,
        account: principal.account,
      })
    case 'service':
    case 'operator':
    case 'anonymous':
      return undefined
  }
}
