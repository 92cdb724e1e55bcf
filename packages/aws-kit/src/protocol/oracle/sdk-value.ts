import type { Member, ServiceModel } from '../../model/index.ts'
import { shapeOf } from '../scalar.ts'

type Values = Readonly<Record<string, unknown>>

/** Our value as the client spells it: timestamps become `Date`. */
export function toSdk(model: ServiceModel, member: Pick<Member, 'shape'>, value: unknown): unknown {
  return convert(model, member, value, (ms) => new Date(ms as number))
}

/** The client's value as we spell it: `Date` becomes epoch milliseconds, absent members and metadata vanish. */
export function fromSdk(model: ServiceModel, member: Pick<Member, 'shape'>, value: unknown): unknown {
  return convert(model, member, value, (date) => (date as Date).getTime())
}

function convert(
  model: ServiceModel,
  member: Pick<Member, 'shape'>,
  value: unknown,
  time: (value: unknown) => unknown,
): unknown {
  const shape = shapeOf(model, member.shape)
  switch (shape.type) {
    case 'structure':
      return Object.fromEntries(
        Object.entries(shape.members).flatMap(([name, each]) => {
          const inner = (value as Values)[name]
          return inner === undefined || inner === null ? [] : [[name, convert(model, each, inner, time)]]
        }),
      )
    case 'list':
      return (value as readonly unknown[]).map((each) => convert(model, shape.member, each, time))
    case 'map':
      return Object.fromEntries(
        Object.entries(value as Values).map(([key, each]) => [key, convert(model, shape.value, each, time)]),
      )
    case 'timestamp':
      return time(value)
    case 'blob':
      return value instanceof Uint8Array ? new Uint8Array(value) : value
    default:
      return value
  }
}
