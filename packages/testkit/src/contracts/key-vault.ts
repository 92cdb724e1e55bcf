import type { KeyVault } from '@cairn/server/ports/key-vault'
import { describe, expect, it } from 'vitest'

const bytes = (text: string) => new TextEncoder().encode(text)

/** What every `KeyVault` promises. */
export function registerKeyVaultContract(name: string, create: () => Promise<KeyVault>): void {
  describe(`key vault contract: ${name}`, () => {
    it('opens what it sealed, of any length', async () => {
      const vault = await create()
      for (const plain of [new Uint8Array(), bytes('a'), bytes('wJalrXUtnFEMI/K7MDENG'.repeat(500))]) {
        expect(Uint8Array.from(vault.unseal(vault.seal(plain, 'key/AKIA'), 'key/AKIA'))).toEqual(plain)
      }
    })

    it('refuses another context and a text it did not make', async () => {
      const vault = await create()
      const sealed = vault.seal(bytes('secret'), 'key/AKIA1')
      const unsealable = expect.objectContaining({ code: 'vault.unsealable' })
      expect(() => vault.unseal(sealed, 'key/AKIA2')).toThrow(unsealable)
      for (const text of ['', '.', 'nonsense', `${sealed}.`.slice(1), sealed.split('').reverse().join('')]) {
        expect(() => vault.unseal(text, 'key/AKIA1')).toThrow(unsealable)
      }
    })

    it('shows nothing of the secret, nor that two secrets are equal', async () => {
      const vault = await create()
      const first = vault.seal(bytes('the-very-secret'), 'c')
      expect(first).not.toContain('the-very-secret')
      expect(first).not.toContain(Buffer.from('the-very-secret').toString('base64url'))
      expect(vault.seal(bytes('the-very-secret'), 'c')).not.toBe(first)
    })
  })
}
