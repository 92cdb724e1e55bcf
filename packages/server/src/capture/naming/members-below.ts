import { membersOf, type NamedMember, type ServiceModel } from '@cairn/aws-kit/model'

/** The members of a structure, and of all that is in it, each shape once. */
export function* membersBelow(model: ServiceModel, root: string): Generator<NamedMember> {
  const seen = new Set<string>()
  const open = [root]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const shape = model.shapes[name]
    if (shape === undefined || seen.has(name)) continue
    seen.add(name)
    if (shape.type === 'list') open.push(shape.member.shape)
    if (shape.type === 'map') open.push(shape.value.shape)
    if (shape.type !== 'structure') continue
    for (const named of membersOf(shape)) {
      yield named
      open.push(named[1].shape)
    }
  }
}

/** What `find` finds below a shape, looked for once: models do not change. */
export function oncePerShape<Found extends NonNullable<unknown>>(
  find: (model: ServiceModel, shape: string) => Found,
): (model: ServiceModel, shape: string) => Found {
  const known = new WeakMap<ServiceModel, Map<string, Found>>()
  return (model, shape) => {
    const own = known.get(model) ?? new Map<string, Found>()
    known.set(model, own)
    const found = own.get(shape) ?? find(model, shape)
    own.set(shape, found)
    return found
  }
}
