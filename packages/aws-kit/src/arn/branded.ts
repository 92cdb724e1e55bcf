declare const brand: unique symbol

/** A value whose meaning was checked once, where it came in; the name keeps it from being taken for another. */
export type Branded<T, Name extends string> = T & { readonly [brand]: Name }

/** Twelve digits. */
export type AccountId = Branded<string, 'AccountId'>

/** Whether a text is an account id, as a type guard for its brand. */
export function isAccountId(text: string): text is AccountId {
  return /^\d{12}$/.test(text)
}
