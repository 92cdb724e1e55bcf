import type { EntityName, Refuse } from '../../identity/index.ts'
import type { Call } from '../operation.ts'

type InAccount = Pick<Call, 'account'>

/** The user, group or role a request names, in the account of the call. */
export const userOf = (input: { readonly UserName: string }, { account }: InAccount): EntityName<'user'> => ({
  kind: 'user',
  account,
  name: input.UserName,
})

export const groupOf = (input: { readonly GroupName: string }, { account }: InAccount): EntityName<'group'> => ({
  kind: 'group',
  account,
  name: input.GroupName,
})

export const roleOf = (input: { readonly RoleName: string }, { account }: InAccount): EntityName<'role'> => ({
  kind: 'role',
  account,
  name: input.RoleName,
})

/** The user a request names, or the caller where it names none. */
export function userOrCaller(
  input: { readonly UserName?: string | undefined },
  call: Call,
  refuse: Refuse<'ValidationError'>,
): EntityName<'user'> {
  const name = input.UserName ?? callersName(call)
  return userOf(
    { UserName: name ?? refuse('ValidationError', 'Must specify userName when calling with non-User credentials') },
    call,
  )
}

export function callersName({ principal }: Pick<Call, 'principal'>): string | undefined {
  return principal.kind === 'user' ? principal.userName : undefined
}
