import type { Selector } from './selector.ts'

/**
 * What a check of selectors found: what they mean, and the form `GetEventSelectors` shows; or the message of the
 * `InvalidEventSelectorsException`.
 */
export type SelectorsVerdict<Shown> =
  | { readonly kind: 'valid'; readonly selectors: readonly Selector[]; readonly shown: readonly Shown[] }
  | { readonly kind: 'invalid'; readonly message: string }

/** Thrown and caught inside this folder only, so that rules can be written one after another. */
export class Invalid extends Error {}

/** @throws Invalid, always */
export function invalid(message: string): never {
  throw new Invalid(message)
}

/** Turns the first broken rule into a verdict. */
export function judge<Shown>(
  read: () => { readonly selectors: readonly Selector[]; readonly shown: readonly Shown[] },
): SelectorsVerdict<Shown> {
  try {
    return { kind: 'valid', ...read() }
  } catch (error) {
    if (error instanceof Invalid) return { kind: 'invalid', message: error.message }
    throw error
  }
}
