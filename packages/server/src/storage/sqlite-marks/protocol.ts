export interface MarkRequest {
  readonly id: number
  readonly method: 'has' | 'add' | 'close'
  readonly marks: Uint8Array
}

export interface MarkReply {
  readonly id: number
  readonly flags?: Uint8Array
  readonly failure?: string
}
