/** A JSON number kept as it was written, because filter rules compare numbers by their text. */
export interface NumberText {
  readonly numberText: string
  readonly [isNumber]: true
}
export interface JsonObject {
  readonly [field: string]: Json
}
export type Json = string | boolean | null | NumberText | readonly Json[] | JsonObject

const isNumber = Symbol('JSON number')

export function isNumberText(value: unknown): value is NumberText {
  return typeof value === 'object' && value !== null && isNumber in value
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isNumberText(value)
}

/** Array.isArray alone makes the elements `any`. */
export function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

export function numberOf({ numberText }: NumberText): number {
  return Number(numberText)
}

/** Parses JSON text; numbers come out as {@link NumberText}. @throws SyntaxError when it is not JSON */
export function parseJsonWithNumberText(text: string): Json {
  return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' ? { numberText: context?.source ?? String(value), [isNumber]: true } : value,
  ) as Json // the grammar of JSON, with its numbers replaced above
}
