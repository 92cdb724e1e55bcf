import type { LakeImport, LakeImports } from '../../lake/imports/index.ts'
import type { AccessRequest, Call, Fail } from '../operation.ts'

export function resolveImport(
  id: string,
  lakeImports: LakeImports,
  { account, region }: Call,
  fail: Fail<'ImportNotFoundException'>,
): LakeImport {
  const found = lakeImports.find({ account, region, id })
  return found ?? fail('ImportNotFoundException', `The import ${id} was not found.`)
}

/** The access question of an operation on an import: asked about the store it copies into. */
export function importAccess(
  action: string,
  id: string,
  lakeImports: LakeImports,
  { account, region }: Call,
): readonly AccessRequest[] {
  return [{ action, resource: lakeImports.find({ account, region, id })?.storeArn ?? '*' }]
}
