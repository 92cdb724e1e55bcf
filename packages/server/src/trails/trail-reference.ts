import { type TrailArn, trailArn } from './trail.ts'
import { trailNameProblem } from './trail-name.ts'

/** What a request's `Name` may be: a bare name, resolved where the call is made, or an ARN. */
export type TrailReference =
  | {
      readonly kind: 'trail'
      readonly arn: TrailArn
      readonly account: string
      readonly region: string
      readonly name: string
    }
  | { readonly kind: 'bad-name'; readonly message: string }
  | { readonly kind: 'bad-arn'; readonly message: string }

const arnGrammar = /^arn:(aws[a-z-]*):cloudtrail:([a-z0-9-]{1,64}):(\d{12}):trail\/(.+)$/

/**
 * Reads a trail name or ARN. A name belongs to the caller's account and the region of the call.
 *
 * @source CloudTrail User Guide, names and ARNs; api.md 3.2
 */
export function readTrailReference(
  text: string,
  here: { readonly partition: string; readonly account: string; readonly region: string },
): TrailReference {
  if (text.startsWith('arn:')) {
    const parts = arnGrammar.exec(text)
    const [, partition = '', region = '', account = '', name = ''] = parts ?? []
    if (!parts || partition !== here.partition) {
      return { kind: 'bad-arn', message: `The trail ARN '${text}' is not valid.` }
    }
    const message = trailNameProblem(name)
    if (message !== undefined) return { kind: 'bad-name', message }
    return { kind: 'trail', arn: text as TrailArn, account, region, name }
  }
  const message = trailNameProblem(text)
  if (message !== undefined) return { kind: 'bad-name', message }
  return {
    kind: 'trail',
    arn: trailArn(here.partition, here.account, here.region, text),
    account: here.account,
    region: here.region,
    name: text,
  }
}
