/** What commands need of the proxy without the weight of what sends requests. */

export { awsDomains } from './aws-hosts.ts'
export type { ParentProxy } from './dial.ts'
export { javaTrustStore } from './java-trust-store.ts'
export { withoutDomains } from './no-proxy.ts'
export { trustBundle, trustedRoots } from './trust-bundle.ts'
