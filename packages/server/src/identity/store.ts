import type { Catalog } from '../ports/catalog.ts'
import type { Clock } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'
import type { KeyVault } from '../ports/key-vault.ts'

/** What the parts of identity stand on. */
export interface IdentityStore {
  readonly catalog: Catalog
  readonly vault: KeyVault
  readonly clock: Clock
  readonly ids: Ids
  /** `aws` unless configured otherwise. */
  readonly partition: string
}
