import { randomBytes, randomUUID } from 'node:crypto'
import type { Ids } from '../../ports/ids.ts'

export const systemIds: Ids = {
  uuid: () => randomUUID(),
  bytes: (count) => randomBytes(count),
}
