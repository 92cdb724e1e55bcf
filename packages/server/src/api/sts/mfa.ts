import type { Refuse } from '../../identity/index.ts'

/** There are no MFA devices here, so no code can be right; a code must never be taken for granted. */
export function refuseMfa(
  input: { readonly SerialNumber?: string | undefined; readonly TokenCode?: string | undefined },
  refuse: Refuse<'AccessDenied'>,
): void {
  if (input.SerialNumber !== undefined || input.TokenCode !== undefined) {
    refuse('AccessDenied', 'MultiFactorAuthentication failed, unable to validate MFA code.')
  }
}
