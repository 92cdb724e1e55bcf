/** How signatures are treated on the way to an upstream. */
export type SigningMode = 'pass' | 'resign' | 'anonymous'

/** Told when an upstream does not know a key or signature; gives what the caller is told. */
export type KeyRefused = (
  upstream: string,
  mode: SigningMode,
  facts: { readonly accessKeyId: string | undefined; readonly code: string },
) => string

/** What can be done about a refused key depends on whose key it was. */
export function keyRefusedHint(upstream: string, mode: SigningMode, code: string): string {
  switch (mode) {
    case 'pass':
      return `sign=pass: the signature went on as it came and ${upstream} refused it (${code}). Sign with a key of ${upstream} and for the host name it answers to, or set sign=resign and credentials= for this upstream so that callers use keys of Cairn.`
    case 'resign':
      return `sign=resign: ${upstream} refused the credentials that Cairn signs with (${code}). Check credentials= and region= of this upstream.`
    case 'anonymous':
      return `sign=anonymous: the request went on without a signature and ${upstream} asks for one (${code}). Set sign=pass or sign=resign for this upstream.`
  }
}
