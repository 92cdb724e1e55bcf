import { type UserIdentity, unknownIdentity } from '@cairn/core/record'
import { type Principal, recordIdentity } from '../../identity/index.ts'

/** Who makes a call that is carried, and how sure that is. */
export interface Caller {
  readonly userIdentity: UserIdentity
  /** Account the call is recorded in. */
  readonly account: string
  /** Where the identity is from; `none`: nobody knows, and `userIdentity` says `Unknown`. */
  readonly toldBy: 'iam' | 'configuration' | 'key' | 'token' | 'none'
  /** Whether Cairn checked the signature itself. */
  readonly isProven: boolean
  /** What the request says, proven or not. */
  readonly accessKeyId?: string
}

/** A caller of Cairn's own IAM. */
export function knownCaller(principal: Principal, account: string, isProven: boolean): Caller {
  return {
    userIdentity: recordIdentity(principal),
    account: 'account' in principal ? principal.account : account,
    toldBy: 'iam',
    isProven,
    ...('accessKeyId' in principal && { accessKeyId: principal.accessKeyId }),
  }
}

/** A caller nobody vouches for. Recorded in the installation's own account, never in one that it claims. */
export function unknownCaller(account: string, accessKeyId?: string): Caller {
  return {
    userIdentity: unknownIdentity({ accessKeyId }),
    account,
    toldBy: 'none',
    isProven: false,
    ...(accessKeyId !== undefined && { accessKeyId }),
  }
}
