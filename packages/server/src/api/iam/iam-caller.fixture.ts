import { expect } from 'vitest'
import { createTestAccounts, policyText, type TestAccounts, trustText } from '../account.fixture.ts'
import { operations } from '../generated/operations.ts'
import type { Operation } from '../operation.ts'

export interface IamCaller {
  readonly accounts: TestAccounts
  /** Calls an operation of IAM by its name, as the administrator. */
  iam(name: string, input?: object): Promise<Record<string, unknown>>
}

export async function createIamCaller(): Promise<IamCaller> {
  const accounts = await createTestAccounts()
  return { accounts, iam: (name, input = {}) => accounts.perform(operation(name), input) }
}

export function operation(name: string): Operation {
  const found = operations.find((one) => one.service === 'iam' && one.name === name)
  if (found === undefined) throw new TypeError(`IAM has no operation ${name}`)
  return found
}

/** What a refused call rejects with. */
export function refused(code: string, message: string | RegExp) {
  return {
    code: `${code}Exception`,
    message: typeof message === 'string' ? message : expect.stringMatching(message),
  }
}

export const readAll = policyText({ Action: 's3:Get*', Resource: '*' })
export const ec2Trust = trustText({ Service: 'ec2.amazonaws.com' })
export const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess'
