/** A setting that is wrong, and where it was set. */
export interface Problem {
  /** `history.retention`; absent when the whole source is at fault, e.g. a file that is not YAML. */
  readonly key?: string
  /** What is wrong and what to do, without the key: `expected a whole number from 0 to 65535`. */
  readonly problem: string
  /** `cairn.yaml:3:7`, `CAIRN_PORT`, `--port`, `default`. */
  readonly place: string
}

/** A condition across settings of one section, each of which is fine by itself. */
export type Rule<Values> = (values: Values) => { readonly key: string; readonly problem: string } | undefined
