import { isNetwork } from '@cairn/server/networks'
import { exitCodes } from '../exit-code.ts'
import { CommandFailure } from '../failure.ts'

/** What `cairn proxy` and `cairn record` are told of targets. */
export const targetOptions = {
  resolve: {
    value: 'host=address',
    many: true,
    description:
      'where a host is, instead of where DNS says: HOST=ADDRESS[:PORT]; *.HOST for all below it, http:// in front of the address where no TLS is spoken',
  },
  allowTarget: {
    value: 'network',
    many: true,
    description: 'inner network that may be reached through the proxy, e.g. 10.0.0.0/8; none may by default',
  },
  intercept: {
    value: 'host',
    many: true,
    description: 'domain whose calls to record besides those of AWS, on ports 80 and 443',
  },
} as const

/** `sts.amazonaws.com` → `127.0.0.1:5000`. @throws CommandFailure with exit code `usage` */
export function parseResolve(texts: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    texts.map((text) => {
      const match = /^((?:\*\.?)?[a-z0-9._-]*)=((?:http:\/\/)?(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?)$/i.exec(
        text,
      )
      const [, host = '', place = ''] = match ?? []
      if (host === '') throw wrong('--resolve', text, 'HOST=ADDRESS, such as *.amazonaws.com=127.0.0.1:5000')
      return [host.toLowerCase(), place] as const
    }),
  )
}

/** @throws CommandFailure with exit code `usage` */
export function parseNetworks(texts: readonly string[]): readonly string[] {
  for (const text of texts) {
    if (!isNetwork(text)) throw wrong('--allow-target', text, 'an address or a network, such as 10.0.0.0/8')
  }
  return texts
}

/** @throws CommandFailure with exit code `usage` */
export function parseDomains(texts: readonly string[]): readonly string[] {
  return texts.map((text) => {
    const domain = text.toLowerCase().replace(/^\*?\./, '')
    if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(domain)) throw wrong('--intercept', text, 'a domain, such as example.org')
    return domain
  })
}

function wrong(option: string, text: string, expected: string): CommandFailure {
  return new CommandFailure(`${option} does not understand '${text}'.`, {
    advice: `It reads ${expected}.`,
    exitCode: exitCodes.usage,
  })
}
