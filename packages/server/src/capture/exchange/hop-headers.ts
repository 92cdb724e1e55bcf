import { addHeader, emptyHeaders } from '../../http-message.ts'

/** Headers that belong to one connection and not to the message. @source RFC 9110, 7.6.1 */
export const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Name, value, name, value … without what belongs to the connection they came on, nor `expect`, which is answered here. */
export function endToEnd(raw: readonly string[]): string[] {
  const named = connectionOptions(raw)
  const kept: string[] = []
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? ''
    const lower = name.toLowerCase()
    if (lower !== 'expect' && !hopByHop.has(lower) && !named?.has(lower)) kept.push(name, raw[index + 1] ?? '')
  }
  return kept
}

/** Names in `Connection: a, b`; whoever names the host or the signature there wants them stripped: not with us. */
function connectionOptions(raw: readonly string[]): ReadonlySet<string> | undefined {
  let named: Set<string> | undefined
  for (let index = 0; index + 1 < raw.length; index += 2) {
    if (raw[index]?.toLowerCase() !== 'connection') continue
    for (const option of (raw[index + 1] ?? '').toLowerCase().split(',')) {
      const name = option.trim()
      if (name === 'close' || name === 'keep-alive' || isEssential(name)) continue
      named ??= new Set()
      named.add(name)
    }
  }
  return named
}

function isEssential(name: string): boolean {
  return name === 'host' || name === 'authorization' || name.startsWith('content-') || name.startsWith('x-amz')
}

/**
 * Headers as an answer carries them: spelled as they came, a name that came twice joined. The length is always
 * `content-length`, so that whoever sends the answer finds it.
 */
export function answerHeaders(raw: readonly string[]): Record<string, string> {
  const spelled = new Map<string, string>([['content-length', 'content-length']])
  const headers = emptyHeaders()
  const kept = endToEnd(raw)
  for (let index = 0; index < kept.length; index += 2) {
    const given = kept[index] ?? ''
    const name = spelled.get(given.toLowerCase()) ?? given
    spelled.set(given.toLowerCase(), name)
    addHeader(headers, name, kept[index + 1] ?? '')
  }
  return headers
}
