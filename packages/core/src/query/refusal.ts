/** Where something stands in the statement's text. Both count from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** Only the place, of a token or node that has more. */
export function placeOf(place: Place): Place {
  return { line: place.line, column: place.column }
}

/** Thrown and caught inside this folder only, so that rules can be written one after another. */
export class Refusal extends Error {}

/** @throws Refusal, always, in the words of Lake */
export function refuse(place: Place, message: string): never {
  throw new Refusal(`line ${place.line}:${place.column}: ${message}`)
}

/** @throws Refusal, always, for what Lake runs and Cairn does not: by its name */
export function refuseUnsupported(place: Place, what: string): never {
  refuse(place, `${what} is not supported by this installation`)
}
