import { readFileSync } from 'node:fs'

type Environment = Readonly<Record<string, string | undefined>>

/** Variables by which clients are told whom to trust; each is taken instead of the client's own list. */
export const bundleVariables = ['AWS_CA_BUNDLE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'SSL_CERT_FILE'] as const
const nodeVariable = 'NODE_EXTRA_CA_CERTS'

/** The PEM files of whom clients were told to trust before, each once. */
export function trustedBefore(environment: Environment): readonly string[] {
  return filesOf(environment, [...bundleVariables, nodeVariable])
}

/** What Node was told to trust besides its own list. */
export function trustedByNode(environment: Environment): readonly string[] {
  return filesOf(environment, [nodeVariable])
}

/** A file that cannot be read is the client's to complain about. */
function filesOf(environment: Environment, names: readonly string[]): readonly string[] {
  const paths = new Set(names.flatMap((name) => environment[name] || []))
  return [...paths].flatMap((path) => {
    try {
      return [readFileSync(path, 'utf8')]
    } catch {
      return []
    }
  })
}
