import type { Member, ServiceModel } from '../../model/index.ts'
import { shapeOf } from '../scalar.ts'

type Values = Readonly<Record<string, unknown>>
type Use = Pick<Member, 'shape'>

/** How the other side spells the two kinds of values that it does not spell as we do. */
export interface Spelling {
  time(value: unknown): unknown
  blob(value: unknown): unknown
}

const bytes = (value: unknown) => (value instanceof Uint8Array ? new Uint8Array(value) : value)

/** Our value as the client spells it: timestamps become `Date`. */
export function toSdk(model: ServiceModel, member: Use, value: unknown): unknown {
  return convertValue(model, member, value, { time: (ms) => new Date(ms as number), blob: bytes })
}

/** The client's value as we spell it: `Date` becomes epoch milliseconds, absent members and metadata vanish. */
export function fromSdk(model: ServiceModel, member: Use, value: unknown): unknown {
  return convertValue(model, member, value, { time: (date) => (date as Date).getTime(), blob: bytes })
}

/** A value with its times and blobs spelt otherwise and nothing that its shape does not have. */
export function convertValue(model: ServiceModel, member: Use, value: unknown, spelling: Spelling): unknown {
  const shape = shapeOf(model, member.shape)
  switch (shape.type) {
    case 'structure':
      return Object.fromEntries(
        Object.entries(shape.members).flatMap(([name, each]) => {
          const inner = (value as Values)[name]
          return inner === undefined || inner === null ? [] : [[name, convertValue(model, each, inner, spelling)]]
        }),
      )
    case 'list':
      return (value as readonly unknown[]).map((each) => convertValue(model, shape.member, each, spelling))
    case 'map':
      return Object.fromEntries(
        Object.entries(value as Values).map(([key, each]) => [key, convertValue(model, shape.value, each, spelling)]),
      )
    case 'timestamp':
      return spelling.time(value)
    case 'blob':
      return spelling.blob(value)
    default:
      return value
  }
}
