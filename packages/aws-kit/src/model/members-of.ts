import type { Member, StructureShape } from './service-model.ts'

export type NamedMember = readonly [name: string, member: Member]

const listed = new WeakMap<StructureShape, readonly NamedMember[]>()

/** The members of a structure with their names. A shape is walked for every call, so its list is made once. */
export function membersOf(shape: StructureShape): readonly NamedMember[] {
  const known = listed.get(shape)
  if (known !== undefined) return known
  const members = Object.entries(shape.members)
  listed.set(shape, members)
  return members
}

/** How the members of structures are called on some wire; one function per wire, so that its names are found once. */
export type WireNames = (name: string, member: Member) => string

const tables = new WeakMap<WireNames, WeakMap<StructureShape, ReadonlyMap<string, NamedMember>>>()

/** The members of a structure by their names on a wire: for reading what has few of many members. */
export function membersByName(shape: StructureShape, namesOf: WireNames): ReadonlyMap<string, NamedMember> {
  const shapes = tables.get(namesOf) ?? new WeakMap<StructureShape, ReadonlyMap<string, NamedMember>>()
  tables.set(namesOf, shapes)
  const known = shapes.get(shape)
  if (known !== undefined) return known
  const members = new Map(membersOf(shape).map((each) => [namesOf(...each), each] as const))
  shapes.set(shape, members)
  return members
}
