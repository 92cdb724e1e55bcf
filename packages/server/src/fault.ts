/**
 * A failure inside Cairn that is not an API error. `code` is catalogued in docs/reference/faults/; facts go into
 * `fields`, never into the message; callers of the API never see either.
 */
export class Fault extends Error {
  readonly code: string
  readonly fields: Readonly<Record<string, string | number | boolean>>

  constructor(
    code: string,
    message: string,
    fields: Readonly<Record<string, string | number | boolean>> = {},
    options?: { cause?: unknown },
  ) {
    super(message, options)
    this.name = 'Fault'
    this.code = code
    this.fields = fields
  }
}
