/** Who asks. The shapes are those a server has anyway after it has verified a signature. */
export type RequestPrincipal =
  | { readonly kind: 'root'; readonly account: string; readonly arn: string }
  | { readonly kind: 'user'; readonly account: string; readonly arn: string; readonly userId: string }
  | {
      readonly kind: 'role-session'
      readonly account: string
      /** `arn:aws:sts::<account>:assumed-role/<role>/<session>` */
      readonly arn: string
      readonly roleArn: string
      readonly roleId: string
    }
  /** An AWS service acting for itself, e.g. `cloudtrail.amazonaws.com`. */
  | { readonly kind: 'service'; readonly name: string }
  /** Someone an identity provider vouches for, who has no AWS identity yet. */
  | { readonly kind: 'federated'; readonly provider: string }
  | { readonly kind: 'anonymous' }

/** Values of condition keys by the key's name in lower case. A `Map` will do; a lazy one saves building it. */
export interface ConditionContext {
  get(key: string): string | readonly string[] | undefined
}

/** One question: may this principal do this to that. */
export interface AccessQuestion {
  readonly principal: RequestPrincipal
  /** `service:Action`. */
  readonly action: string
  /** ARN, or `*` for an action that has none. */
  readonly resource: string
  /** Account that owns the resource; the principal's own when absent. */
  readonly resourceAccount?: string
  /** Canonical user id of the principal's account, for S3's policies. */
  readonly canonicalUser?: string
  readonly context: ConditionContext
}
