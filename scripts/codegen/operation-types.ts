import type {
  Member,
  OperationModel,
  ServiceModel,
  Shape,
  StructureShape,
} from '../../packages/aws-kit/src/model/index.ts'
import { banner, pascalCase } from './text.ts'

/**
 * TypeScript of one service: `<Service>Operations` and the structures and enumerations it leads to.
 * Timestamps are epoch milliseconds, blobs `Uint8Array`, streamed bodies `AsyncIterable<Uint8Array>`; optional members
 * admit `undefined`, so that a handler may pass on what it does not have.
 */
export function operationTypes(model: ServiceModel): string {
  const names = new TypeNames(model)
  const service = pascalCase(model.service)
  const operations = Object.values(model.operations)
  const errorShapes = new Set(operations.flatMap(({ errors }) => errors))
  const isEventFrame = (name: string) => {
    const shape = model.shapes[name]
    return shape?.type === 'structure' && shape.eventStream === true
  }
  const declarations = Object.entries(model.shapes).flatMap(([name, shape]) => {
    if (errorShapes.has(name) || isEventFrame(name)) return []
    if (shape.type === 'structure') return [structureType(names, name, shape)]
    if (shape.type === 'string' && shape.enum !== undefined) return [enumType(names.of(name), shape.enum)]
    return []
  })
  const common = enumType(`${service}CommonError`, Object.keys(model.commonErrors))
  return [
    banner(`models/${model.service}.json`),
    '/* Timestamps are epoch milliseconds, blobs Uint8Array, streamed bodies AsyncIterable<Uint8Array>. */',
    `export type ${service}Operations = {\n${operations.map((each) => operationEntry(names, service, each)).join('\n')}\n}`,
    `/** Errors every operation may raise although its model does not list them. */\n${common}`,
    ...declarations,
  ]
    .join('\n\n')
    .concat('\n')
}

function operationEntry(names: TypeNames, service: string, operation: OperationModel): string {
  const errors = operation.errors.map((name) => `'${name}'`)
  return [
    `  ${operation.name}: {`,
    `    input: ${operation.input === undefined ? '{}' : names.of(operation.input)}`,
    `    output: ${operation.output === undefined ? '{}' : names.of(operation.output)}`,
    `    error: ${[`${service}CommonError`, ...errors].join(' | ')}`,
    '  }',
  ].join('\n')
}

function structureType(names: TypeNames, name: string, shape: StructureShape): string {
  const members = Object.entries(shape.members).map(([member, use]) => {
    const type = names.use(use)
    const key = /^[A-Za-z_$][\w$]*$/.test(member) ? member : `'${member}'`
    return shape.required.includes(member) ? `  readonly ${key}: ${type}` : `  readonly ${key}?: ${type} | undefined`
  })
  return members.length === 0
    ? `export type ${names.of(name)} = {}`
    : `export interface ${names.of(name)} {\n${members.join('\n')}\n}`
}

function enumType(name: string, values: readonly string[]): string {
  return `export type ${name} =\n${values.map((value) => `  | '${value}'`).join('\n')}`
}

/** Names of types: the shape's, capitalised; with the service in front where it would hide a global. */
class TypeNames {
  readonly #model: ServiceModel

  constructor(model: ServiceModel) {
    this.#model = model
    const all = Object.entries(model.shapes).filter(([, shape]) => shape.type === 'structure' || isEnum(shape))
    const taken = new Set(all.map(([name]) => this.of(name)))
    if (taken.size !== all.length) throw new Error(`two shapes of ${model.service} would get the same type name`)
  }

  of(name: string): string {
    const capitalised = name.charAt(0).toUpperCase() + name.slice(1)
    return capitalised in globalThis ? pascalCase(this.#model.service) + capitalised : capitalised
  }

  use(member: Member): string {
    const shape = this.#model.shapes[member.shape]
    if (shape === undefined) throw new Error(`${member.shape} is not a shape of ${this.#model.service}`)
    switch (shape.type) {
      case 'structure':
        return shape.eventStream === true ? 'AsyncIterable<Uint8Array>' : this.of(member.shape)
      case 'list': {
        const inner = this.use(shape.member)
        return `readonly ${inner.startsWith('readonly ') ? `(${inner})` : inner}[]`
      }
      case 'map':
        return `Readonly<Record<string, ${this.use(shape.value)}>>`
      case 'string':
        return isEnum(shape) ? this.of(member.shape) : 'string'
      case 'boolean':
        return 'boolean'
      case 'blob':
        return member.streaming === true ? 'AsyncIterable<Uint8Array>' : 'Uint8Array'
      case 'integer':
      case 'long':
      case 'float':
      case 'double':
      case 'timestamp':
        return 'number'
    }
  }
}

function isEnum(shape: Shape): boolean {
  return shape.type === 'string' && shape.enum !== undefined
}
