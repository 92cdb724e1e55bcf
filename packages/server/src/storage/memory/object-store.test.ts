import { registerObjectStoreContract } from '@cairn/testkit/contracts/object-store'
import { registerVersionedObjectStoreContract } from '@cairn/testkit/contracts/versioned-object-store'
import { createMemoryObjectStore } from './object-store.ts'

const create = async () => createMemoryObjectStore({ clock: { nowMs: () => 1_700_000_000_000 } })
registerObjectStoreContract('memory', create)
registerVersionedObjectStoreContract('memory', create)
