import { failing } from '../engine-text.ts'
import type { SqlType } from '../sql-type.ts'

/** `text`, or NULL when one of the arguments is: most functions answer so, and CASE alone would not. */
export function unlessNull(args: readonly string[], text: string): string {
  return `CASE WHEN ${args.map((arg) => `${arg} IS NULL`).join(' OR ')} THEN NULL ELSE ${text} END`
}

/** `text`, or the failure where `condition` holds. */
export function failWhen(condition: string, message: string, type: SqlType, text: string): string {
  return `CASE WHEN ${condition} THEN ${failing(message, type)} ELSE ${text} END`
}
