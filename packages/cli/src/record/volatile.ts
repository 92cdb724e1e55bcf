import type { JsonObject } from '@cairn/core/record'

/** Parameters that say nothing of what a program means to do: made anew for each call, or by the way it is sent. */
const dropped = new Set(['host', 'x-amz-date', 'user-agent', 'amz-sdk-invocation-id', 'amz-sdk-request'])
const tokens =
  /^(client(request)?token|idempotencytoken|nexttoken|.*continuation-?token|.*marker|uploadid|receipthandle|requestid|.*etag|.*(md5|sha1|sha256|crc32c?|crc64nvme))$/i

/**
 * What changes from run to run, each kind by a form of its own. The order decides: longer forms first, so that a time
 * inside an ARN is not taken for a number.
 */
const forms: readonly (readonly [form: RegExp, placeholder: string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<uuid>'],
  [/\b\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:?\d{2})?/g, '<time>'],
  [/\b\d{8}T\d{6}Z\b/g, '<time>'],
  [/\b(A[KS]IA|A[GINR][DPVO]A|AROA|AIDA)[A-Z2-7]{12,}\b/g, '<key>'],
  [/\b((?:[a-z]{1,5}|eni-attach|subnet|eipalloc|acl|rtbassoc)-)[0-9a-f]{8}(?:[0-9a-f]{9})?\b/g, '$1<id>'],
  [/\b\d{12}\b/g, '<account>'],
  [/\b\d{13}\b|\b\d{10}(\.\d+)?\b/g, '<time>'],
  [/\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,}\b/gi, '<hex>'],
  [/\b(?=[A-Za-z0-9_]*\d)(?=[A-Za-z0-9_]*[a-z])(?=[A-Za-z0-9_]*[A-Z])[A-Za-z0-9_]{20,}={0,2}/g, '<token>'],
  [/(127\.0\.0\.1|localhost|\[::1\]):\d{2,5}\b/g, '$1:<port>'],
]

/** `value` with what is volatile in it replaced by its kind; objects with their members in the order of their names. */
export function steady(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return tokens.test(name) ? '<token>' : steadyText(value)
  if (typeof value === 'number') return steadyNumber(value)
  if (Array.isArray(value)) return value.map((item) => steady(item, name))
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value)
    .filter(([member]) => !dropped.has(member.toLowerCase()))
    .map(([member, inner]) => [steadyText(member), steady(inner, member)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(members)
}

export function steadyParameters(parameters: JsonObject | null): JsonObject | undefined {
  const kept = steady(parameters ?? {}) as JsonObject
  return Object.keys(kept).length === 0 ? undefined : kept
}

export function steadyText(text: string): string {
  return forms.reduce((rest, [form, placeholder]) => rest.replace(form, placeholder), text)
}

/** Epoch seconds and milliseconds of this century. */
function steadyNumber(value: number): unknown {
  const isSeconds = value > 1_000_000_000 && value < 4_102_444_800
  const isMilliseconds = value > 1_000_000_000_000 && value < 4_102_444_800_000
  return isSeconds || isMilliseconds ? '<time>' : value
}
