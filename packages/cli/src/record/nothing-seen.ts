import type { ProxyFact, SessionFacts } from './session-facts.ts'

/** Why no call was seen, as far as can be told: what was noticed first, then what is usual. */
export function whyNothing({ proxy }: Pick<SessionFacts, 'proxy'>): readonly string[] {
  const noticed = proxyNotes(proxy)
  const usual = [
    'The calls are answered inside the process, by a mock such as moto’s decorators or aws-sdk-client-mock.',
    'The client has an agent, dispatcher or proxy of its own (in JavaScript: undici of its own, HTTP/2, a custom requestHandler).',
    'The endpoint is pinned in the code or in ~/.aws/config, on this machine: then set AWS_ENDPOINT_URL, and Cairn stands in front of it.',
    'The program was started elsewhere (a container, a daemon), or clears its environment.',
    'The command made no calls.',
  ]
  return noticed.length > 0 ? noticed : ['The usual reasons:', ...usual.map((reason) => `- ${reason}`)]
}

/** What happened on connections that no call shows. */
export function proxyNotes(facts: readonly ProxyFact[]): readonly string[] {
  return facts.flatMap((fact) => {
    const note = noteOn(fact)
    return note === undefined ? [] : [`- ${note}`]
  })
}

function noteOn({ kind, host, detail, count }: ProxyFact): string | undefined {
  const times = count === 1 ? '' : ` (${count} times)`
  switch (kind) {
    case 'distrusted':
      return `A client closed its connection to ${host} when it saw our certificate${detail === 'none' ? '' : ` (${detail})`}${times}: it does not read AWS_CA_BUNDLE, SSL_CERT_FILE, REQUESTS_CA_BUNDLE or NODE_EXTRA_CA_CERTS, or it pins certificates. Its calls were not made.`
    case 'unreached':
      return `${detail}${times}`
    case 'upgraded':
      return `A connection to ${host} changed to ${detail}${times}; what it carried then is not recorded.`
    case 'refused':
      return detail === 'token' ? `Something used the proxy without its token${times} and was refused.` : undefined
    case 'tunnelled':
      return undefined
  }
}
