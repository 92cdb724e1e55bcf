import type { ProxyFacts } from '@cairn/server'

type Unreached = Parameters<ProxyFacts['unreached']>[0]

/** The system's words that say nothing to most people. */
const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'the connection was cut',
  EHOSTUNREACH: 'there is no way to that network',
  ENETUNREACH: 'there is no way to that network',
  ENOTFOUND: 'there is no such name',
  ETIMEDOUT: 'there was no answer in time',
}

/** Why a host was not reached, and what to do about it, in a sentence. */
export function whyUnreached({ host, code, reason, through }: Unreached): string {
  const why = reasons[reason] === undefined ? reason : `${reasons[reason]} (${reason})`
  switch (code) {
    case 'proxy.address-refused':
      return `${host} is on an inner network and was refused: --allow-target opens it.`
    case 'proxy.target-untrusted':
      return `The certificate that was shown for ${host} is not trusted here (${reason}), so nothing was sent to it. If a proxy on the way looks into TLS, name the file with its authority in AWS_CA_BUNDLE or NODE_EXTRA_CA_CERTS.`
    case 'proxy.parent-refused':
      return `The proxy in front, ${through}, refused the way to ${host} with status ${reason}${reason === '407' ? ': it wants other credentials than those in HTTPS_PROXY (http://USER:PASSWORD@HOST:PORT; no others than Basic are known)' : ''}.`
    default:
      return through === undefined
        ? `${host} could not be reached: ${why}.`
        : `${host} could not be reached through the proxy in front, ${through}: ${why}.`
  }
}
