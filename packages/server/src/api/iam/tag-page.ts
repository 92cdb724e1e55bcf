import { type Page, pageOf, type Refuse, type Tag } from '../../identity/index.ts'
import type * as iam from '../generated/iam.ts'
import { presentTags } from './presentation.ts'

/** A page of tags in the order of keys. */
export function tagPage(
  tags: readonly Tag[],
  input: { readonly Marker?: string | undefined; readonly MaxItems?: number | undefined },
  refuse: Refuse<'ValidationError'>,
): Page<iam.Tag> {
  const ordered = [...tags].sort((a, b) => (a.key < b.key ? -1 : 1))
  const page = pageOf(ordered, ({ key }) => key, input, refuse)
  return { ...page, items: presentTags(page.items) }
}
