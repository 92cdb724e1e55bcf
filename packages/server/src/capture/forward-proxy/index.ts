export { createAddressRule, isNetwork, isPlainAt } from './address-rule.ts'
export { type Authority, newAuthority, openAuthority, type StoredAuthority } from './authority.ts'
export { awsDomains, isBelow } from './aws-hosts.ts'
export { createDial, type Dial, type ParentProxy, unreached } from './dial.ts'
export {
  type ForwardProxy,
  type ForwardProxyOptions,
  type ForwardProxyTelemetry,
  type ProxiedRequest,
  startForwardProxy,
} from './forward-proxy.ts'
export { isExcepted, withoutDomains } from './no-proxy.ts'
export { type CapturedCall, createPassage, withoutMark } from './passage.ts'
export { proxyUrl } from './proxy-credentials.ts'
export { type Target, targetText } from './target.ts'
export { trustBundle, trustedRoots } from './trust-bundle.ts'
export { createUpstreamDispatcher, type UpstreamDispatcherOptions } from './upstream-dispatcher.ts'
