import { Fault } from '../../fault.ts'
import type { ListObjects, ObjectHead, ObjectPage, ObjectStore } from '../../ports/object-store.ts'
import { sideBySide } from './side-by-side.ts'
import type { Source } from './source.ts'

/** Keys that are listed one after the other. */
export interface Series {
  readonly prefix: string
  /**
   * `by-day`: `prefix` is followed by `yyyy/mm/dd/`, so that a listing can begin at a day. `any`: all below the prefix.
   * `direct`: only what lies in this folder itself.
   */
  readonly kind: 'by-day' | 'any' | 'direct'
}

/** `…/CloudTrail/eu-west-1/`, also of digests and Insights: below it are years. */
const ofRegion = /(^|\/)CloudTrail[A-Za-z-]*\/[a-z0-9-]+\/$/

/** What AWS puts between a bucket and `CloudTrail/`. */
const ofAws = /(^|\/)(AWSLogs|o-[a-z0-9]+|\d{12})\/$/

/** Below it are services, of which CloudTrail is one. */
const ofAccount = /(^|\/)AWSLogs\/(o-[a-z0-9]+\/)?\d{12}\/$/

const ofOtherService = /(^|\/)AWSLogs\/(o-[a-z0-9]+\/)?\d{12}\/(?!CloudTrail[A-Za-z-]*\/)[^/]+\//

/** Whether AWS files logs of other services than CloudTrail under such a key. */
export function isOfOtherService(key: string): boolean {
  return ofOtherService.test(key)
}

/** Years, months and days are no places to look for trails in. */
const ofDate = /(^|\/)(\d{4}|\d{2})\/$/

const ofTrail = /(^|\/)CloudTrail[A-Za-z-]*\/$/

const insideAws = /(^|\/)AWSLogs\//

/** A trail's prefix in its bucket may have folders of its own; deeper and wider ones are no such thing. */
const searchedLevelsMax = 4
const searchedFoldersMax = 100

/** An organisation has some thousand accounts; what is above is listed as one. */
const foldersPerLevelMax = 100_000

/**
 * Divides what is below a prefix into series: one for each account, kind and region where files are filed as AWS files
 * them, so that they can be listed side by side and from any day on. Other services' logs beside them are left out.
 */
export async function* findSeries({ store, bucket, prefix }: Source): AsyncGenerator<Series> {
  yield* below(store.objects, bucket, prefix, 0)
}

async function* below(objects: ObjectStore, bucket: string, prefix: string, depth: number): AsyncGenerator<Series> {
  if (ofRegion.test(prefix)) {
    yield { prefix, kind: 'by-day' }
    return
  }
  // A prefix that ends inside a name is not a folder.
  const level = prefix === '' || prefix.endsWith('/') ? await folder(objects, bucket, prefix) : undefined
  if (level === undefined) {
    yield { prefix, kind: 'any' }
    return
  }
  const { folders, hasFiles } = level
  const eachBelow = (these: readonly string[]) => {
    const searches = async function* () {
      for (const one of these) yield below(objects, bucket, one, depth + 1)
    }
    return sideBySide(searches(), listingsMax)
  }
  if (ofTrail.test(prefix)) {
    for (const one of folders) yield { prefix: one, kind: ofRegion.test(one) ? 'by-day' : 'any' }
    return
  }
  const known = folders.filter((one) => ofAws.test(one) || ofTrail.test(one))
  if (known.length > 0) {
    if (hasFiles) yield { prefix, kind: 'direct' }
    const others = insideAws.test(prefix) ? [] : folders.filter((one) => !known.includes(one))
    yield* eachBelow([...known, ...others])
    return
  }
  if (ofAccount.test(prefix)) return
  const isFiled = folders.some((one) => ofDate.test(one)) || hasFiles || folders.length === 0
  const isSearched = depth < searchedLevelsMax && folders.length <= searchedFoldersMax
  if (isFiled || !isSearched) yield { prefix, kind: 'any' }
  else yield* eachBelow(folders)
}

/** Listings under way for one level. */
const listingsMax = 8

/** The folders in a folder; `undefined` when there are too many to treat each by itself. */
async function folder(objects: ObjectStore, bucket: string, prefix: string) {
  const folders: string[] = []
  let hasFiles = false
  for await (const page of pages(objects, { bucket, prefix, delimiter: '/' })) {
    folders.push(...page.commonPrefixes)
    hasFiles ||= page.objects.some(isFile)
    // A flat folder of a million files is not read twice to find that there are no folders in it.
    if (folders.length > foldersPerLevelMax || (page.next !== undefined && page.commonPrefixes.length === 0)) {
      return undefined
    }
  }
  return { folders, hasFiles }
}

export const pageKeysMax = 1_000

export async function* pages(
  objects: ObjectStore,
  { startAfter, ...query }: Omit<ListObjects, 'limit'>,
): AsyncGenerator<ObjectPage> {
  let from = startAfter
  do {
    const page = await objects.list({ ...query, limit: pageKeysMax, ...(from !== undefined && { startAfter: from }) })
    yield page
    if (page.next !== undefined && page.next === from) {
      throw new Fault('object.store-unreachable', 'the listing does not go on', { code: 'ListingLoops' })
    }
    from = page.next
  } while (from !== undefined)
}

/** Consoles make empty objects to show folders. */
export function isFile({ key, size }: ObjectHead): boolean {
  return size > 0 && !key.endsWith('/')
}
