import { getCACertificates, rootCertificates } from 'node:tls'

/**
 * What clients are told to trust: the roots of this system, those they were told to trust before, and ours. Clients
 * take such a file instead of their own list, so it has to have everything in it.
 *
 * `own` and `before` are PEM.
 */
export function trustBundle(own: string, before: readonly string[]): string {
  return [...new Set([own, ...trustedRoots(before)].map((pem) => `${pem.trim()}\n`))].join('')
}

/** Whom this machine trusts, and those in `before` (PEM files, which may hold many); each in PEM. */
export function trustedRoots(before: readonly string[]): readonly string[] {
  const system = getCACertificates('system')
  return [...before.flatMap(certificatesIn), ...(system.length > 0 ? system : rootCertificates)]
}

function certificatesIn(pem: string): readonly string[] {
  return pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? []
}
