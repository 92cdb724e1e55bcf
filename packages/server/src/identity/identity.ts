import type { CatalogReader, Cause } from '../ports/catalog.ts'
import { type AccessKeys, createAccessKeys } from './access-keys.ts'
import { principalContext } from './condition-context.ts'
import { type CredentialMode, createCredentialFinder, type FindCredential } from './credentials.ts'
import { createPolicyFinder, type FindPolicies } from './effective-policies.ts'
import { createEntities, type Entities } from './entities.ts'
import { accounts, rootArn } from './entity.ts'
import { type InstallationKeys, installationKeys, prepareInstallation } from './first-start.ts'
import { createManagedPolicies, type ManagedPolicies } from './managed-policies.ts'
import { checkTrustPolicy } from './policy-document.ts'
import { mayExist, type RenamePrincipal } from './policy-principals.ts'
import type { Principal } from './principal.ts'
import type { Refuse } from './refuse.ts'
import { createSessions, type Sessions } from './sessions.ts'
import type { IdentityStore } from './store.ts'
import { newEntityId } from './unique-id.ts'

export interface IdentityOptions extends IdentityStore {
  readonly mode: CredentialMode
  /** The documents outside of identity that name principals. */
  readonly renamePrincipal?: readonly RenamePrincipal[]
}

/** Accounts, who is in them, what proves it and what they may do. */
export interface Identity {
  readonly entities: Entities
  readonly policies: ManagedPolicies
  readonly accessKeys: AccessKeys
  readonly sessions: Sessions
  /** Synchronous and quick: stands in front of every request. */
  readonly credential: FindCredential
  /** Synchronous and quick: compiled policies are kept. */
  readonly policiesFor: FindPolicies
  /** The condition keys the caller decides, for the policy evaluator. */
  contextOf(principal: Principal): Readonly<Record<string, string | readonly string[]>>
  /** Emulator mode: signatures and permissions are not asked for. */
  readonly acceptsAnyCredentials: boolean
  /** Whom an unsigned call counts as; `undefined` unless any credentials are accepted. */
  unsignedPrincipal(): Principal | undefined
  /** Refuses what is no trust policy, or names users and roles that do not exist. */
  checkTrustPolicy(
    document: string,
    refuse: Refuse<'MalformedPolicyDocumentException' | 'LimitExceededException'>,
  ): void
  /**
   * Whether a principal that a policy names is there, as far as can be known: where any credentials are accepted, callers
   * need not be known here.
   */
  mayExist(principal: string): boolean
  /** A new id of a user, group or role. */
  newId(prefix: 'AIDA' | 'AGPA' | 'AROA', account: string): string
  accountIds(): readonly string[]
  /** When the account was made; `undefined` for one that was not configured. */
  createdAtMs(account: string): number | undefined
  alias(account: string): string | undefined
  setAlias(cause: Cause, account: string, alias: string, refuse: Refuse<'EntityAlreadyExistsException'>): Promise<void>
  deleteAlias(cause: Cause, account: string, alias: string, refuse: Refuse<'NoSuchEntityException'>): Promise<void>
  /** Makes what is missing of the operator and the accounts; idempotent. */
  prepare(wantedAccounts: readonly string[]): Promise<void>
  /** The keys made by `prepare`, for the credentials file. Secret. */
  installationKeys(): InstallationKeys
}

export function createIdentity(options: IdentityOptions): Identity {
  const { catalog, partition, ids, mode } = options
  const policies = createManagedPolicies(options)

  function aliasHolder(reader: CatalogReader, alias: string): string | undefined {
    return reader.list(accounts).find(({ value }) => value.alias === alias)?.key
  }

  return {
    entities: createEntities(options, options.renamePrincipal),
    policies,
    accessKeys: createAccessKeys(options),
    sessions: createSessions(options, policies, { rootAssumesRoles: mode.kind === 'emulator' }),
    credential: createCredentialFinder(options, mode),
    policiesFor: createPolicyFinder(options, policies),
    contextOf: (principal) => principalContext(principal, catalog),
    acceptsAnyCredentials: mode.kind === 'emulator',

    unsignedPrincipal() {
      if (mode.kind !== 'emulator') return undefined
      const { account } = mode
      return { kind: 'root', account, arn: rootArn(partition, account), accessKeyId: account }
    },

    checkTrustPolicy: (document, refuse) => checkTrustPolicy(document, catalog, refuse),
    mayExist: (principal) => mode.kind === 'emulator' || mayExist(principal, catalog),
    newId: (prefix, account) => newEntityId(prefix, account, ids),
    accountIds: () => catalog.list(accounts).map(({ key }) => key),
    createdAtMs: (account) => catalog.get(accounts, account)?.createdAtMs,
    alias: (account) => catalog.get(accounts, account)?.alias,

    async setAlias(cause, account, alias, refuse) {
      await catalog.change(cause, (draft) => {
        const found = draft.get(accounts, account)
        const holder = aliasHolder(draft, alias)
        if (found === undefined || (holder !== undefined && holder !== account)) {
          return refuse('EntityAlreadyExistsException', `The account alias ${alias} already exists.`)
        }
        draft.put(accounts, account, { ...found, alias })
      })
    },

    async deleteAlias(cause, account, alias, refuse) {
      await catalog.change(cause, (draft) => {
        const found = draft.get(accounts, account)
        if (found?.alias !== alias) {
          return refuse('NoSuchEntityException', `The account alias with name ${alias} cannot be found.`)
        }
        const { alias: _, ...rest } = found
        draft.put(accounts, account, rest)
      })
    },

    prepare: (wantedAccounts) => prepareInstallation(options, wantedAccounts),
    installationKeys: () => installationKeys(options),
  }
}
