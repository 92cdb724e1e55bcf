/** Keeps secrets sealed at rest. A stolen catalogue without the key file reveals none. */
export interface KeyVault {
  /** Encrypts and authenticates `plain`; `context` is bound to it and must be given again. Text safe to store in JSON. */
  seal(plain: Uint8Array, context: string): string
  /** @throws Fault `vault.unsealable` when the text, key or context is not the one it was sealed with */
  unseal(sealed: string, context: string): Uint8Array
}
