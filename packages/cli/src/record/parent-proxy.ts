import type { ParentProxy } from '@cairn/server/forward-proxy'

/** The proxy that this machine has to use itself, as every client reads it from the environment. */
export function parentProxy(environment: Readonly<Record<string, string | undefined>>): ParentProxy | undefined {
  const { https_proxy, HTTPS_PROXY, all_proxy, ALL_PROXY, no_proxy, NO_PROXY } = environment
  const given = [https_proxy, HTTPS_PROXY, all_proxy, ALL_PROXY].find((text) => text !== undefined && text !== '')
  const url = given === undefined ? null : URL.parse(given.includes('://') ? given : `http://${given}`)
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined
  return { url, noProxy: no_proxy ?? NO_PROXY ?? '' }
}

/** `environment` without the variables that name the proxy whose token this is. */
export function withoutProxy(
  environment: Readonly<Record<string, string | undefined>>,
  token: string,
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.includes(`:${token}@`) !== true))
}
