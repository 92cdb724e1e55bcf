import { createHash } from 'node:crypto'
import { ApiError } from '../http/api-error.ts'
import { createAuthorise } from '../http/authorise.ts'
import type { Exchange } from '../http/exchange.ts'
import { createIdentity, type Identity, type Principal } from '../identity/index.ts'
import { createMemoryCatalog } from '../storage/memory/catalog.ts'
import { createMemoryKeyVault } from '../storage/memory/key-vault.ts'
import type { Capabilities } from './capabilities.ts'
import type { Call, Operation } from './operation.ts'

export const homeAccount = '123456789012'
export const otherAccount = '210987654321'

/** Two prepared accounts without a listener, for tests of IAM and STS operations; ids and time are the test's. */
export interface TestAccounts {
  readonly identity: Identity
  readonly admin: Principal
  readonly otherAdmin: Principal
  /** Who signs with these credentials. */
  signedBy(accessKeyId: string, sessionToken?: string): Principal
  /** Authorises and runs, as the request pipeline does. Rejects with the API's error, its `code` the model's name. */
  perform(operation: Operation, input: object, principal?: Principal): Promise<Record<string, unknown>>
  pass(ms: number): void
}

export async function createTestAccounts(): Promise<TestAccounts> {
  let nowMs = Date.parse('2026-05-01T00:00:00.500Z')
  let seed = 0
  const clock = { nowMs: () => nowMs }
  const ids = {
    uuid: () => `00000000-0000-4000-8000-${String(++seed).padStart(12, '0')}`,
    bytes: (count: number) => createHash('shake256', { outputLength: count }).update(String(++seed)).digest(),
  }
  const identity = createIdentity({
    catalog: createMemoryCatalog(),
    vault: createMemoryKeyVault(),
    clock,
    ids,
    partition: 'aws',
    mode: { kind: 'verified' },
  })
  await identity.prepare([homeAccount, otherAccount])
  const authorise = createAuthorise(identity)

  function signedBy(accessKeyId: string, sessionToken?: string): Principal {
    const found = identity.credential(accessKeyId, sessionToken)
    if (found.kind === 'refused') throw new TypeError(`the test signs with a key that is ${found.reason}`)
    return found.principal
  }
  const adminOf = (wanted: string) => {
    const keys = identity.installationKeys().accounts.find(({ account }) => account === wanted)
    return signedBy(keys?.admin?.accessKeyId ?? '')
  }
  const admin = adminOf(homeAccount)

  async function perform(operation: Operation, input: object, principal: Principal = admin) {
    const account = 'account' in principal ? principal.account : homeAccount
    const call: Call = {
      requestId: ids.uuid(),
      account,
      region: 'us-east-1',
      partition: 'aws',
      principal,
      sourceIp: '192.0.2.1',
      userAgent: 'test',
      receivedAtMs: nowMs,
      cause: { intentId: undefined },
      notes: {},
      header: () => undefined,
    }
    const fail = (code: string, message: string): never => {
      throw new ApiError(code, message)
    }
    const exchange: Exchange = {
      request: { headers: {}, remoteAddress: call.sourceIp } as unknown as Exchange['request'],
      requestId: call.requestId,
      receivedAtMs: nowMs,
      region: call.region,
      principal,
      account,
      isProven: true,
      attemptedService: operation.service,
      attemptedName: operation.name,
      input,
      notes: call.notes,
      owners: new Set(),
    }
    // Operations of IAM and STS use nothing else; one that asks for more finds it missing and fails its test.
    const capabilities = { identity, clock, ids } as unknown as Capabilities
    await authorise(exchange, operation, { capabilities, call, fail })
    return (await operation.run(input, capabilities, call, fail)) as Record<string, unknown>
  }

  return {
    identity,
    admin,
    otherAdmin: adminOf(otherAccount),
    signedBy,
    perform,
    pass(ms) {
      nowMs += ms
    },
  }
}

/** A policy of one statement, as text. */
export function policyText(statement: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] })
}

/** A trust policy for these principals. */
export function trustText(principal: object, more: object = {}): string {
  return policyText({ Principal: principal, Action: 'sts:AssumeRole', ...more })
}
