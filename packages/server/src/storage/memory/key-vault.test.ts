import { registerKeyVaultContract } from '@cairn/testkit/contracts/key-vault'
import { createMemoryKeyVault } from './key-vault.ts'

registerKeyVaultContract('memory', async () => createMemoryKeyVault())
