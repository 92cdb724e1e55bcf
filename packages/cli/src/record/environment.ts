import { delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withoutDomains } from '@cairn/server/forward-proxy'
import { bundleVariables } from './trusted-files.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** What of a session its command has to know. */
export interface ClientSettings {
  /** Secret: it holds the session's token. */
  readonly proxyUrl: string
  /** File with the roots of the system and the session's own. */
  readonly bundle: string
  /** File with the session's own authority, and what Node was told to trust before. */
  readonly extraCertificates: string
  /** The bundle again, as Java reads it. */
  readonly javaTrust: string
  /** Where Cairn stands in front of an endpoint that was set: `http://localhost:4566` → `http://localhost:41234`. */
  readonly fronts: ReadonlyMap<string, string>
  /** Domains that are looked into. */
  readonly domains: readonly string[]
  /** Folder with the plugin for pytest. Python writes into it, so it is the session's own. */
  readonly pythonFolder?: string
  /** Mark each test of pytest without being asked to in its configuration. */
  readonly marksTests?: boolean
}

/** Where instances and containers get their credentials: nothing to record, and not to be reached through a proxy. */
const credentialHosts = ['169.254.169.254', '169.254.170.2', '169.254.170.23', 'fd00:ec2::254']
const loopback = ['localhost', '127.0.0.1', '::1', '[::1]']

/** Small modules that clients load. They lie beside this one, as in the package beside the program. */
export const clientsFolder = fileURLToPath(new URL('./clients', import.meta.url))

/** The endpoints that `environment` sets for AWS clients, by variable. */
export function endpointsIn(environment: Environment): ReadonlyMap<string, string> {
  const found = Object.entries(environment).filter(
    ([name, value]) => /^AWS_ENDPOINT_URL(_[A-Z0-9_]+)?$/.test(name) && value !== undefined && value !== '',
  )
  return new Map(found as [string, string][])
}

/**
 * Whether calls to an endpoint are seen on their way, as those to AWS are. Nothing is put in front of it then: clients sign
 * for the host they call, and AWS takes no signature for another.
 */
export function isIntercepted({ hostname, port }: URL, domains: readonly string[]): boolean {
  return port === '' && domains.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`))
}

/** The environment of a command whose calls are to be seen: `before` with what clients need. */
export function clientEnvironment(before: Environment, settings: ClientSettings): Environment {
  const { proxyUrl, bundle, domains, fronts } = settings
  const noProxy = [
    ...withoutDomains(before.no_proxy ?? before.NO_PROXY ?? '', domains),
    ...loopback,
    ...credentialHosts,
  ].join(',')
  const endpoints = [...endpointsIn(before)].map(([name, url]) => [name, fronts.get(url) ?? url])
  return {
    ...before,
    ...Object.fromEntries(endpoints),
    ...both('HTTP_PROXY', proxyUrl),
    ...both('HTTPS_PROXY', proxyUrl),
    ...both('NO_PROXY', noProxy),
    ...Object.fromEntries(bundleVariables.map((name) => [name, bundle])),
    NODE_EXTRA_CA_CERTS: settings.extraCertificates,
    NODE_OPTIONS: joined(' ', before.NODE_OPTIONS, `--require ${quoted(`${clientsFolder}/preload.cjs`)}`),
    ...javaOptions(before.JAVA_TOOL_OPTIONS, settings.javaTrust),
    CAIRN_RECORD_PROXY: proxyUrl,
    CAIRN_RECORD_DOMAINS: domains.join(','),
    ...(fronts.size > 0 && { CAIRN_RECORD_FRONTS: hostsOf(fronts) }),
    ...(settings.pythonFolder !== undefined && {
      PYTHONPATH: joined(delimiter, before.PYTHONPATH, settings.pythonFolder),
    }),
    ...(settings.marksTests && { PYTEST_ADDOPTS: joined(' ', before.PYTEST_ADDOPTS, '-p cairn_pytest') }),
  }
}

/** The SDK for Java goes by the proxy's variables, but trusts what the machine of Java does. */
function javaOptions(before: string | undefined, trust: string): Record<string, string> {
  const isSet = before?.includes('-Djavax.net.ssl.trustStore=') === true
  if (isSet) return {}
  const own = `-Djavax.net.ssl.trustStore="${trust}" -Djavax.net.ssl.trustStoreType=PKCS12`
  return { JAVA_TOOL_OPTIONS: joined(' ', before, own) }
}

function both(name: string, value: string): Record<string, string> {
  return { [name]: value, [name.toLowerCase()]: value }
}

function joined(separator: string, before: string | undefined, own: string): string {
  return before === undefined || before === '' ? own : `${before}${separator}${own}`
}

/** As NODE_OPTIONS reads it. */
function quoted(path: string): string {
  return `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

function hostsOf(fronts: ReadonlyMap<string, string>): string {
  return [...fronts.values()].map((url) => URL.parse(url)?.host ?? '').join(',')
}
