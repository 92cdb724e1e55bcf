/** Why a policy document is refused. `message` is in AWS's words where AWS's are known. */
export class PolicyError extends Error {
  /** Where in the document, e.g. `Statement[1].Condition.StringEquals`; empty for the whole. */
  readonly at: string

  constructor(message: string, at: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'PolicyError'
    this.at = at
  }
}
