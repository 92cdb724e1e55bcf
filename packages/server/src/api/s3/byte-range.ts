import type { ObjectRange } from '../../ports/object-store.ts'

/**
 * The part of an object a `Range` header asks for. Anything but one range of bytes is passed over, as S3 does, and
 * the whole object answered.
 */
export function byteRange(header: string | undefined, size: number): ObjectRange | 'whole' | 'unsatisfiable' {
  const parts = /^bytes=(\d{0,19})-(\d{0,19})$/.exec(header ?? '')
  if (!parts) return 'whole'
  const [, from = '', to = ''] = parts
  if (from === '') {
    if (to === '') return 'whole'
    const length = Math.min(Number(to), size)
    return length === 0 ? 'unsatisfiable' : { first: size - length, last: size - 1 }
  }
  const first = Number(from)
  const last = to === '' ? size - 1 : Math.min(Number(to), size - 1)
  if (to !== '' && Number(to) < first) return 'whole'
  return first >= size ? 'unsatisfiable' : { first, last }
}
