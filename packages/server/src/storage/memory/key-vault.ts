import { Fault } from '../../fault.ts'
import type { KeyVault } from '../../ports/key-vault.ts'

/** A vault for tests: what it sealed it can open while it lives; the text says nothing about the secret. */
export function createMemoryKeyVault(): KeyVault {
  const sealed = new Map<string, { plain: Uint8Array; context: string }>()
  return {
    seal(plain, context) {
      const text = `memory.${sealed.size + 1}`
      sealed.set(text, { plain: Uint8Array.from(plain), context })
      return text
    },
    unseal(text, context) {
      const found = sealed.get(text)
      if (found?.context !== context) throw new Fault('vault.unsealable', 'not sealed by this vault for this use')
      return Uint8Array.from(found.plain)
    },
  }
}
